// RUN: triton-lift opt --verify-diagnostics %s

// A pointer that is loaded from memory.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<!tt.ptr<f32>>) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<!tt.ptr<f32>>):
    // expected-error@+1 {{[pointer-load]}}
    %0 = "tt.load"(%arg0) <{isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}> : (!tt.ptr<!tt.ptr<f32>>) -> !tt.ptr<f32>
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
