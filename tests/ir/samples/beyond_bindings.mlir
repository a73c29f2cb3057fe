// What upstream's Python bindings abort on.
"builtin.module"() ({
  "t.array"() {a = array<f16: 1.0, 0x7C00>, b = array<bf16: -2.5>, c = array<ui16: 65535>, d = array<si16: -1>, e = loc("z":1:2)} : () -> ()
}) : () -> ()
