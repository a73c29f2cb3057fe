"""``triton-lift ops``: which ops occur in the kernels below a directory, and which of them have a meaning here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from triton_lift.cli.inputs import Piece, generic_form, read_text, usage
from triton_lift.interp.engine import IGNORED, MEMORY_ROWS
from triton_lift.ir.model import Module, Region
from triton_lift.ir.reader import read_module
from triton_lift.ops.concrete.rows import concrete_rows
from triton_lift.ops.symbolic.row import SYMBOLIC_ROWS
from triton_lift.util.diagnostic import ParseError

SUFFIXES = (".ttir", ".mlir")
LOOPS = frozenset({"scf.for", "scf.while"})
WRAPPERS = frozenset({"builtin.module", "tt.func"})
STRUCTURE = frozenset(
    {
        "tt.reduce",
        "tt.reduce.return",
        "tt.scan",
        "tt.scan.return",
        "scf.if",
        "scf.yield",
        "cf.br",
        "cf.cond_br",
        "tt.return",
        "tt.assert",
        "llvm.intr.assume",
    }
)
"""Ops that the symbolic interpreter runs itself, not by a row."""
REFUSED = frozenset({"tt.atomic_cas"})
"""Ops whose symbolic row is a refusal with its reason."""


@dataclass(frozen=True, slots=True)
class OpCount:
    """How often an op occurs, and what it means here: ``symbolic`` and ``concrete`` are yes, no, or refused."""

    op: str
    occurrences: int
    kernels: int
    loop_free: int
    symbolic: str
    concrete: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The ops of ``kernels`` kernels, ``loop_free`` of them without loops; ``unread`` files were not TTIR."""

    ops: tuple[OpCount, ...]
    kernels: int
    loop_free: int
    covered: int
    """Kernels without loops all of whose ops have a symbolic meaning."""
    unread: tuple[str, ...]


def has_loop(module: Module) -> bool:
    """Whether an ``scf`` loop or a cycle of branches occurs anywhere."""
    return any(op.name in LOOPS or any(_cyclic(region) for region in op.regions) for op in module.op.walk())


def _cyclic(region: Region) -> bool:
    """Whether the blocks of a region form a cycle: Kahn's algorithm leaves a block over."""
    if len(region.blocks) < 2:
        return False
    edges = {block.label: [s for op in block.ops for s in op.successors] for block in region.blocks}
    incoming = Counter(target for targets in edges.values() for target in targets)
    ready = [label for label in edges if not incoming[label]]
    done = 0
    while ready:
        done += 1
        for target in edges[ready.pop()]:
            incoming[target] -= 1
            if not incoming[target]:
                ready.append(target)
    return done < len(edges)


def symbolic_meaning(op: str) -> str:
    """Whether the op has a symbolic meaning: yes, no, or refused (with a reason of its own)."""
    if op in REFUSED:
        return "refused"
    return "yes" if op in SYMBOLIC_ROWS or op in MEMORY_ROWS or op in IGNORED or op in STRUCTURE else "no"


def count_ops(files: Iterable[Path], root: Path) -> Inventory:
    """Read every file and count; a file that cannot be read is listed."""
    occurrences, kernels, straight = Counter[str](), Counter[str](), Counter[str]()
    read = loop_free = covered = 0
    unread: list[str] = []
    for path in files:
        try:
            text, name = read_text(str(path))
            module = read_module(generic_form(Piece(text, name, 1)), name)
        except ParseError:
            unread.append(str(path.relative_to(root)))
            continue
        names = [op.name for op in module.op.walk() if op.name not in WRAPPERS]
        read += 1
        occurrences.update(names)
        kernels.update(set(names))
        if not has_loop(module):
            loop_free += 1
            straight.update(set(names))
            covered += all(symbolic_meaning(name) == "yes" for name in names)
    rows = tuple(
        OpCount(
            op,
            occurrences[op],
            kernels[op],
            straight[op],
            symbolic_meaning(op),
            "yes" if op in concrete_rows or op.endswith(".return") else "no",
        )
        for op in sorted(kernels, key=lambda name: (-kernels[name], name))
    )
    return Inventory(rows, read, loop_free, covered, tuple(unread))


def markdown(inventory: Inventory) -> str:
    """The inventory as a Markdown table, most frequent op first."""
    lines = [
        f"{inventory.kernels} kernels, {inventory.loop_free} of them without loops."
        f" In {inventory.covered} of those every op has a symbolic meaning.",
        "",
        "| op | occurrences | kernels | without loops | symbolic | concrete |",
        "|---|---:|---:|---:|---|---|",
        *(
            f"| `{r.op}` | {r.occurrences} | {r.kernels} | {r.loop_free} | {r.symbolic} | {r.concrete} |"
            for r in inventory.ops
        ),
    ]
    if inventory.unread:
        lines += ["", "Not read: " + ", ".join(f"`{name}`" for name in inventory.unread) + "."]
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Markdown file; else stdout.")
def ops(directory: Path, output: Path | None) -> None:
    """Count the ops of every .ttir and .mlir file below DIRECTORY, and say which have a meaning here.

    The table is Markdown, most frequent op first; the same files give the same table.
    """
    files = [p for p in sorted(directory.rglob("*")) if p.suffix in SUFFIXES and p.is_file()]
    if not files:
        raise usage("there are no .ttir or .mlir files here", str(directory))
    text = markdown(count_ops(files, directory))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
