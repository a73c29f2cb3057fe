// RUN: triton-lift opt --verify-diagnostics %s

// A load from something that is no pointer.
"builtin.module"() ({
  "tt.func"() <{function_type = (f32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: f32):
    // expected-error@+1 {{[not-a-pointer]}}
    %0 = "tt.load"(%arg0) <{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}> : (f32) -> f32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
