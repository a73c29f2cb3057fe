"""Small kernels in generic form, written for these tests."""

ADD = """
"builtin.module"() ({
  "tt.func"() <{function_type = (!tt.ptr<f32>, !tt.ptr<f32>, !tt.ptr<f32>, i32) -> (), sym_name = "add"}> ({
  ^bb0(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %out: !tt.ptr<f32>, %n: i32):
    %c1024 = "arith.constant"() <{value = 1024 : i32}> : () -> i32
    %pid = "tt.get_program_id"() <{axis = 0 : i32}> : () -> i32
    %start = "arith.muli"(%pid, %c1024) : (i32, i32) -> i32
    %range = "tt.make_range"() <{end = 1024 : i32, start = 0 : i32}> : () -> tensor<1024xi32>
    %starts = "tt.splat"(%start) : (i32) -> tensor<1024xi32>
    %offs = "arith.addi"(%starts, %range) : (tensor<1024xi32>, tensor<1024xi32>) -> tensor<1024xi32>
    %ns = "tt.splat"(%n) : (i32) -> tensor<1024xi32>
    %mask = "arith.cmpi"(%offs, %ns) <{predicate = 2 : i64}> : (tensor<1024xi32>, tensor<1024xi32>) -> tensor<1024xi1>
    %xs = "tt.splat"(%x) : (!tt.ptr<f32>) -> tensor<1024x!tt.ptr<f32>>
    %xp = "tt.addptr"(%xs, %offs) : (tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>) -> tensor<1024x!tt.ptr<f32>>
    %a = "tt.load"(%xp, %mask) <{operandSegmentSizes = array<i32: 1, 1, 0>}>
      : (tensor<1024x!tt.ptr<f32>>, tensor<1024xi1>) -> tensor<1024xf32>
    %ys = "tt.splat"(%y) : (!tt.ptr<f32>) -> tensor<1024x!tt.ptr<f32>>
    %yp = "tt.addptr"(%ys, %offs) : (tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>) -> tensor<1024x!tt.ptr<f32>>
    %b = "tt.load"(%yp, %mask) <{operandSegmentSizes = array<i32: 1, 1, 0>}>
      : (tensor<1024x!tt.ptr<f32>>, tensor<1024xi1>) -> tensor<1024xf32>
    %sum = "arith.addf"(%a, %b) : (tensor<1024xf32>, tensor<1024xf32>) -> tensor<1024xf32>
    %os = "tt.splat"(%out) : (!tt.ptr<f32>) -> tensor<1024x!tt.ptr<f32>>
    %op = "tt.addptr"(%os, %offs) : (tensor<1024x!tt.ptr<f32>>, tensor<1024xi32>) -> tensor<1024x!tt.ptr<f32>>
    "tt.store"(%op, %sum, %mask) : (tensor<1024x!tt.ptr<f32>>, tensor<1024xf32>, tensor<1024xi1>) -> ()
    "tt.return"() : () -> ()
  }) : () -> ()
}) : () -> ()
"""
