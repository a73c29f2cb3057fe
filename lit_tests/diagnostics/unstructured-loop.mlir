// RUN: triton-lift opt --verify-diagnostics %s

// A cycle of branches.
"builtin.module"() ({
  "tt.func"() <{function_type = (i1) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: i1):
    "cf.br"()[^bb1] : () -> ()
      ^bb1:
    // expected-error@+1 {{[unstructured-loop]}}
        "cf.cond_br"(%arg0)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i1) -> ()
      ^bb2:
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
