// RUN: triton-lift opt --verify-diagnostics %s

// A pointer to floats used as a pointer to integers.
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: !tt.ptr<f32>):
    // expected-error@+1 {{[pointer-bitcast]}}
    %0 = "tt.bitcast"(%arg0) : (!tt.ptr<f32>) -> !tt.ptr<i32>
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
