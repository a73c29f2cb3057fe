// RUN: triton-lift opt --verify-diagnostics %s

// Generic form that our reader does not accept: a use of a value that is not there.
"builtin.module"() ({
  "tt.func"() <{function_type = () -> (), sym_name = "k"}> ({
    // expected-error@+1 {{[parse-error]}}
    "tt.print"(%0) : (i32) -> ()
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
