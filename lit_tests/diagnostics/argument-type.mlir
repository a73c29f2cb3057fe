// RUN: triton-lift opt --verify-diagnostics %s

// An argument of a type that has no meaning here.
"builtin.module"() ({
  // expected-error@+1 {{[argument-type]}}
  "tt.func"() <{function_type = (none) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: none):
    %0 = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
