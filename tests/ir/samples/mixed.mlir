// Everything the reader knows, once. Aliases stand before and after their uses.
#early = loc("dir//file.py":3:7)
!pair = tensor<2x!tt.ptr<bf16>>
#policy = #tt.cache_policy<cache_modifier = cg, eviction_policy = evict_normal>
#parts = [1 : i8, "two", @root::@"leaf 3", [], {}]
"builtin.module"() <{sym_name = "m"}> ({
  "tt.func"() <{arg_attrs = [{tt.divisibility = 16 : i32}, {}], function_type = (!tt.ptr<f32>, i32) -> (), sym_name = "k", sym_visibility = "public"}> ({
  ^bb0(%x: !tt.ptr<f32> loc("x_ptr"(#early)), %n: i32 loc(#late)):
    %c = "arith.constant"() <{value = dense<0xFF800000> : tensor<4xf32>}> : () -> tensor<4xf32> loc(#late)
    %d = "arith.constant"() <{value = dense<[[1, -2], [3, 4]]> : tensor<2x2xi16>}> : () -> tensor<2x2xi16>
    %t = "arith.constant"() <{value = true}> : () -> i1 loc(callsite(#early at "n"("a.py":1:2)))
    %q:2 = "t.two"(%n, %t) <{cachePolicy = #policy, p = #parts}> {note, "odd name" = unit} : (i32, i1) -> (i32, !pair)
    %r = "tt.reduce"(%c) <{axis = 0 : i32}> ({
    ^bb0(%a: f32, %b: f32 loc(unknown)):
      %s = "arith.maxnumf"(%a, %b) <{fastmath = #arith.fastmath<none>}> : (f32, f32) -> f32
      "tt.reduce.return"(%s) : (f32) -> ()
    }) : (tensor<4xf32>) -> f32 loc(fused<"why">["r"(#early), "f":1:2])
    "scf.if"(%t) ({
      "scf.yield"() : () -> ()
    }, {
    }) : (i1) -> ()
    "cf.cond_br"(%t, %q#0, %r)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 1, 1>}> : (i1, i32, f32) -> ()
  ^bb1(%u: i32):  // pred: ^bb0
    "t.use"(%u, %q#1) : (i32, !pair) -> ()
    "cf.br"(%r)[^bb2] : (f32) -> ()
  ^bb2(%v: f32):  // 2 preds: ^bb0, ^bb1
    "tt.return"() : () -> ()
  }) {noinline = false} : () -> () loc(#early)
}) : () -> ()
#late = loc("n"("a.py":1:2))
