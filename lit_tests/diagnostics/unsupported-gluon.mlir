// RUN: triton-lift opt --verify-diagnostics %s

// A tensor with a layout: Gluon or TTGIR.
"builtin.module"() ({
  "tt.func"() <{function_type = () -> (), sym_name = "k", sym_visibility = "public"}> ({
    // expected-error@+1 {{[unsupported-gluon]}}
    %0 = "tt.make_range"() <{end = 8 : i32, start = 0 : i32}> : () -> tensor<8xi32, #ttg.blocked<{sizePerThread = [1]}>>
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
