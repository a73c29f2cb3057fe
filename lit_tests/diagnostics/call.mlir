// RUN: triton-lift opt --verify-diagnostics %s

// A call to another function.
"builtin.module"() ({
  "tt.func"() <{function_type = () -> (), sym_name = "k", sym_visibility = "public"}> ({
    // expected-error@+1 {{[call]}}
    "tt.call"() <{callee = @other}> : () -> ()
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
