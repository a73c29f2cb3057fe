// RUN: triton-lift opt --verify-diagnostics %s

// A float format that has no meaning here.
"builtin.module"() ({
  "tt.func"() <{function_type = () -> (), sym_name = "k", sym_visibility = "public"}> ({
    // expected-error@+1 {{[float-type]}}
    %0 = "arith.constant"() <{value = 1.0 : f128}> : () -> f128
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
