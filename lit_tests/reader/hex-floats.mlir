// RUN: triton-lift opt --passes=interp %s | FileCheck %s

// Hexadecimal float constants are bit patterns, exactly: 0x3F800000 is 1.0, 0xFF800000 is minus infinity.
// CHECK: "arith.constant"() <{value = 1.000000e+00 : f32}>
// CHECK: "arith.constant"() <{value = 0xFF800000 : f32}>
// CHECK: "arith.constant"() <{value = dense<[1.500000e+00, -2.000000e+00]> : tensor<2xbf16>}>
tt.func public @k(%out: !tt.ptr<f32> loc("out")) {
  %a = arith.constant 0x3F800000 : f32
  %b = arith.constant 0xFF800000 : f32
  %c = arith.constant dense<[0x3FC0, 0xC000]> : tensor<2xbf16>
  tt.store %out, %a : !tt.ptr<f32>
  tt.return
}
