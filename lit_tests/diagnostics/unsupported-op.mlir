// RUN: triton-lift opt --verify-diagnostics %s

// An op that has no meaning here.
"builtin.module"() ({
  "tt.func"() <{function_type = () -> (), sym_name = "k", sym_visibility = "public"}> ({
    // expected-error@+1 {{[unsupported-op]}}
    %0 = "some.op"() : () -> i32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
