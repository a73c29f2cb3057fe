// RUN: triton-lift opt --verify-diagnostics %s

// A constant that is no number.
"builtin.module"() ({
  "tt.func"() <{function_type = () -> (), sym_name = "k", sym_visibility = "public"}> ({
    // expected-error@+1 {{[constant]}}
    %0 = "arith.constant"() <{value = "text"}> : () -> i32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
