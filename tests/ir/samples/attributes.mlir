"builtin.module"() ({
  "t.numbers"() {a = 5, b = -128 : i8, c = 255 : i8, d = 18446744073709551615 : ui64, e = -7 : index, f = false, g = 0x7FC0 : bf16,
    h = 1.5, i = 1.000000e+00 : f8E4M3FN, j = 0x7F : f8E5M2, k = 0 : i0, l = 0 : si1, m = -1 : si1, n = 3.0 : f128} : () -> ()
  "t.dense"() {a = dense<> : tensor<0xi32>, b = dense<1> : tensor<i64>, c = dense<[true, false]> : tensor<2xi1>,
    d = dense<"0x0000803F000000C0"> : tensor<2xf32>, e = dense<[[[1.0], [0x7FF8000000000000]]]> : tensor<1x2x1xf64>,
    f = dense<[1.0, 0xFC]> : tensor<2xf8E5M2>, g = dense<[-1, 1]> : tensor<2xindex>, h = dense<[1, 2]> : vector<2xi32>} : () -> ()
  "t.array"() {a = array<i32>, b = array<i32: 1, -2>, c = array<i1: true, false>, e = array<i8: 255>} : () -> ()
  "t.types"() {a = i32, b = (i32, f32) -> (), c = () -> (() -> i1), d = tensor<2x?xf32>, e = memref<4xf32, strided<[2], offset: ?>>,
    f = !tt.tensordesc<16x16xf16>, g = !tt.tensordesc<tensor<8xsi8>>, h = !tt.ptr<tensor<4xf32>, 3>, i = tensor<f32>, j = none,
    k = tensor<4x4xf32, #ttg.blocked<{order = [1, 0]}>>, l = !ttg.async.token, m = complex<f64>, n = vector<2xf32>} : () -> ()
  "t.text"() {a = "tab\09 quote\22 back\\ \C3\A9 \n\t\"", b = @f::@"g h", c = unit, d = #t.x, e = #t.y<"}>", (a -> b)>,
    g = affine_map<(d0, d1) -> (d0 + d1 * 2)>, h = "typed" : i32} : () -> ()
}) : () -> ()
