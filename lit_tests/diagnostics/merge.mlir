// RUN: triton-lift opt --verify-diagnostics %s

// A choice between a number and a pointer.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>, i1, f32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<f32>, %arg1: i1, %arg2: f32):
    // expected-error@+1 {{[merge]}}
    %0 = "arith.select"(%arg1, %arg0, %arg2) : (i1, !tt.ptr<f32>, f32) -> f32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
