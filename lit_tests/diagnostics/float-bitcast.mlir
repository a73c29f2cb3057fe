// RUN: triton-lift opt --verify-diagnostics %s

// Bits of one float format read as another.
"builtin.module"() ({
  "tt.func"() <{function_type = (f16) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: f16):
    // expected-error@+1 {{[float-bitcast]}}
    %0 = "arith.bitcast"(%arg0) : (f16) -> bf16
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
