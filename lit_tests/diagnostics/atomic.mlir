// RUN: triton-lift opt --verify-diagnostics %s

// An unsigned atomic maximum: the accumulation is by signed order only.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<i32>, i32, i1) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<i32>, %arg1: i32, %arg2: i1):
    // expected-error@+1 {{[atomic]}}
    %0 = "tt.atomic_rmw"(%arg0, %arg1, %arg2) <{atomic_rmw_op = 8 : i32, scope = 1 : i32, sem = 1 : i32}> : (!tt.ptr<i32>, i32, i1) -> i32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
