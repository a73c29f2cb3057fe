"builtin.module"() ({
  "tt.func"() <{function_type = () -> i32, sym_name = "f"}> ({
    %0 = "arith.constant"() <{value = 7 : i32}> : () -> i32
    "t.unused"() : () -> (i32, f32)
    "tt.return"(%0) : (i32) -> ()
  }) : () -> ()
  "tt.func"() <{function_type = () -> (), sym_name = "g"}> ({
  ^bb0:
    %0 = "arith.constant"() <{value = 8 : i64}> : () -> i64
    "tt.return"() : () -> ()
  }) : () -> ()
  "tt.func"() <{function_type = () -> (), sym_name = "declared"}> ({
  }) : () -> ()
}) : () -> ()
