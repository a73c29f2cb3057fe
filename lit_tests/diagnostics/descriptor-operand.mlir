// RUN: triton-lift opt --verify-diagnostics %s

// A shape op on a descriptor.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<f32>):
    %0 = "arith.constant"() <{value = 8 : i32}> : () -> i32
    %1 = "arith.constant"() <{value = 1 : i64}> : () -> i64
    %2 = "tt.make_tensor_descriptor"(%arg0, %0, %1) <{operandSegmentSizes = array<i32: 1, 1, 1>, padding = 1 : i32}> : (!tt.ptr<f32>, i32, i64) -> !tt.tensordesc<8xf32>
    // expected-error@+1 {{[descriptor-operand]}}
    %3 = "tt.splat"(%2) : (!tt.tensordesc<8xf32>) -> !tt.tensordesc<8xf32>
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
