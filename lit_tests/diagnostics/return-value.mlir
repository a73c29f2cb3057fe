// RUN: triton-lift opt --verify-diagnostics %s

// A kernel that returns a value.
"builtin.module"() ({
  "tt.func"() <{function_type = (i32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: i32):
    %0 = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    // expected-error@+1 {{[return-value]}}
    "tt.return"(%arg0) : (i32) -> ()
  }) : () -> ()
}) : () -> ()
