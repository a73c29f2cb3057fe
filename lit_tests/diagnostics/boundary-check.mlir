// RUN: triton-lift opt --verify-diagnostics %s

// A load with boundary checks, as block pointers had.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<f32>):
    // expected-error@+1 {{[boundary-check]}}
    %0 = "tt.load"(%arg0) <{boundaryCheck = array<i32: 0>, isVolatile = false, operandSegmentSizes = array<i32: 1, 0, 0>}> : (!tt.ptr<f32>) -> f32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
