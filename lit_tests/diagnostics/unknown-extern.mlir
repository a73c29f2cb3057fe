// RUN: triton-lift opt --verify-diagnostics %s

// A function of a device library that is not on the list.
"builtin.module"() ({
  "tt.func"() <{function_type = (f32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: f32):
    // expected-error@+1 {{[unknown-extern]}}
    %0 = "tt.extern_elementwise"(%arg0) <{libname = "", libpath = "", pure = true, symbol = "__nv_nobody"}> : (f32) -> f32
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
