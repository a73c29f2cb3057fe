// RUN: triton-lift opt --verify-diagnostics %s

// Arithmetic on a pointer.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<f32>):
    // expected-error@+1 {{[pointer-operand]}}
    %0 = "arith.addi"(%arg0, %arg0) : (!tt.ptr<f32>, !tt.ptr<f32>) -> !tt.ptr<f32>
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
