// RUN: not triton-lift opt --passes=interp %s 2>&1 | FileCheck %s

// A location of the source wins over the place in this text; names of values come from locations.
// CHECK: kernel.py:7:11: error: made.up has no meaning here [unsupported-op] (made.up)
"builtin.module"() ({
  "tt.func"() <{function_type = (i32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%arg0: i32):
    %0 = "made.up"(%arg0) : (i32) -> i32 loc("kernel.py":7:11)
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
