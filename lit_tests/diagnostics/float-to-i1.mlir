// RUN: triton-lift opt --verify-diagnostics %s

// A float converted to a truth value.
"builtin.module"() ({
  "tt.func"() <{function_type = (f32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: f32):
    // expected-error@+1 {{[float-to-i1]}}
    %0 = "arith.fptosi"(%arg0) : (f32) -> i1
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
