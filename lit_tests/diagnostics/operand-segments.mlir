// RUN: triton-lift opt --verify-diagnostics %s

// A list of operands where one is expected.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>, i1) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<f32>, %arg1: i1):
    // expected-error@+1 {{[operand-segments]}}
    %0 = "tt.load"(%arg0, %arg1, %arg1) <{isVolatile = false, operandSegmentSizes = array<i32: 1, 2, 0>}> : (!tt.ptr<f32>, i1, i1) -> f32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
