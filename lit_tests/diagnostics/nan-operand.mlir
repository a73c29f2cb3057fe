// RUN: triton-lift opt --verify-diagnostics %s

// A NaN constant in arithmetic: the reals have none.
"builtin.module"() ({
  "tt.func"() <{function_type = (f32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: f32):
    %0 = "arith.constant"() <{value = 0x7FC00000 : f32}> : () -> f32
    // expected-error@+1 {{[nan-operand]}}
    %1 = "arith.addf"(%arg0, %0) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
