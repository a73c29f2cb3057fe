"""Every op that the captured kernels of two libraries contain has a concrete row; none is a mere refusal."""

from __future__ import annotations

import pytest

from triton_lift.ops.concrete.rows import concrete_rows

# The ops of the TTIR of liger-kernel's and flag-gems' kernels, Triton 3.9.0.
CORPUS = [
    "arith.addf",
    "arith.addi",
    "arith.andi",
    "arith.cmpf",
    "arith.cmpi",
    "arith.constant",
    "arith.divf",
    "arith.divsi",
    "arith.divui",
    "arith.extf",
    "arith.extsi",
    "arith.extui",
    "arith.fptosi",
    "arith.maxnumf",
    "arith.maxsi",
    "arith.minnumf",
    "arith.minsi",
    "arith.mulf",
    "arith.muli",
    "arith.negf",
    "arith.ori",
    "arith.remf",
    "arith.remsi",
    "arith.remui",
    "arith.select",
    "arith.shli",
    "arith.shrsi",
    "arith.shrui",
    "arith.sitofp",
    "arith.subf",
    "arith.subi",
    "arith.truncf",
    "arith.trunci",
    "arith.uitofp",
    "arith.xori",
    "cf.br",
    "cf.cond_br",
    "math.absf",
    "math.absi",
    "math.ceil",
    "math.cos",
    "math.erf",
    "math.exp",
    "math.exp2",
    "math.floor",
    "math.fma",
    "math.log",
    "math.log2",
    "math.rsqrt",
    "math.sin",
    "math.sqrt",
    "scf.condition",
    "scf.for",
    "scf.if",
    "scf.while",
    "scf.yield",
    "tt.addptr",
    "tt.atomic_cas",
    "tt.atomic_rmw",
    "tt.bitcast",
    "tt.broadcast",
    "tt.cat",
    "tt.clampf",
    "tt.descriptor_load",
    "tt.descriptor_store",
    "tt.dot",
    "tt.expand_dims",
    "tt.extern_elementwise",
    "tt.fp_to_fp",
    "tt.gather",
    "tt.get_num_programs",
    "tt.get_program_id",
    "tt.histogram",
    "tt.join",
    "tt.load",
    "tt.make_range",
    "tt.mulhiui",
    "tt.ptr_to_int",
    "tt.reduce",
    "tt.reduce.return",
    "tt.reshape",
    "tt.return",
    "tt.scan",
    "tt.scan.return",
    "tt.splat",
    "tt.split",
    "tt.store",
    "tt.trans",
    "ttg.barrier",
]


@pytest.mark.parametrize("name", CORPUS)
def test_corpus_op_has_a_row(name: str) -> None:
    assert name in concrete_rows


def test_every_arith_and_math_op_of_the_issue_has_a_row() -> None:
    arith = """
        addi subi muli divsi divui remsi remui ceildivsi ceildivui floordivsi andi ori xori shli shrsi shrui minsi maxsi
        minui maxui cmpi cmpf select extsi extui trunci sitofp uitofp fptosi fptoui extf truncf bitcast index_cast addf
        subf mulf divf remf negf maximumf minimumf maxnumf minnumf constant addui_extended mului_extended mulsi_extended
    """
    math = """
        exp exp2 log log2 log10 log1p expm1 sqrt rsqrt sin cos tan tanh asin acos atan atan2 sinh cosh erf floor ceil
        round roundeven trunc absf absi fma powf fpowi ctlz ctpop cttz copysign isnan isinf isfinite
    """
    wanted = [f"arith.{n}" for n in arith.split()] + [f"math.{n}" for n in math.split()]
    assert [n for n in wanted if n not in concrete_rows] == []
