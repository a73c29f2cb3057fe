// RUN: triton-lift opt --verify-diagnostics %s

// A bitcast between widths does not verify in MLIR, and has no meaning here.
"builtin.module"() ({
  "tt.func"() <{function_type = (i32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: i32):
    // expected-error@+1 {{[bitcast]}}
    %0 = "arith.bitcast"(%arg0) : (i32) -> i64
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
