// RUN: triton-lift opt --verify-diagnostics %s

// A function without a body.
"builtin.module"() ({
  // expected-error@+1 {{[declaration]}}
  "tt.func"() <{function_type = () -> (), sym_name = "k", sym_visibility = "private"}> ({
  }) : () -> ()
}) : () -> ()
