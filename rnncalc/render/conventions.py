"""Print conventions: which named weights a library packs into which matrix, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from rich.console import Console
from rich.text import Text

from rnncalc.compute.blocks import block_axes
from rnncalc.problem.published import Published
from rnncalc.recurrences.catalogue import read_entry
from rnncalc.recurrences.conventions import Block, Convention, Tensor, packed_tensors
from rnncalc.recurrences.expand import expand
from rnncalc.render.boxes import Box, beside, flow, text_box
from rnncalc.render.forward import print_trimmed
from rnncalc.render.matrices import matrix_box


def print_convention(console: Console, published: Published) -> None:
    """Print a convention for one recurrence: its rules in words, its packed weights as matrices of blocks."""
    convention = published.convention
    console.print(Text(f"convention {convention.name}: {convention.title}", style="underline"), soft_wrap=True)
    console.print(Text(f"  {convention.says}."), soft_wrap=True)
    words = published.recurrence.words
    width = max((len(tensor.name) for tensor in published.tensors), default=0)
    for tensor in published.tensors:
        label = f"  {tensor.name:<{width}} = "
        blocks, size = _blocks(tensor, console.width - len(label)), text_box(f"   {_size(tensor, words)}")
        drawn = beside([text_box(label), blocks, size])
        print_trimmed(console, Text("\n".join(drawn.lines)))


def _blocks(tensor: Tensor, width: int) -> Box:
    """Draw the blocks of a tensor."""
    texts = np.array([[_block(block) for block in row] for row in tensor.rows], dtype=object)
    return matrix_box(texts, width)


def _block(block: Block) -> str:
    return block.weight + ("ᵀ" if block.transposed else "") + (f" - {block.less:g}" if block.less else "")


def _size(tensor: Tensor, words: Mapping[str, str]) -> str:
    """Write the size of a packed weight: 4·n_h × n_x."""
    columns = _formula(block_axes(block, words)[1] for block in tensor.rows[0])
    rows = _formula(block_axes(row[0], words)[0] for row in tensor.rows)
    rows, columns = (f"({axis})" if "+" in axis and not tensor.flat else axis for axis in (rows, columns))
    shown = columns if tensor.flat else f"{rows} × {columns}"
    return shown if tensor.stacked is None else f"[{tensor.stacked + 1}]: {shown}"


def _formula(axes: Iterable[str]) -> str:
    parts = Counter(part for axis in axes for part in axis.split("+"))
    return " + ".join(
        word if count == 1 else str(count) if word == "1" else f"{count}·{word}" for word, count in parts.items()
    )


def print_gate_orders(console: Console, conventions: Iterable[Convention]) -> None:
    """Print how every convention packs the gates, recurrence by recurrence."""
    known = list(conventions)
    for recurrence in ("lstm", "gru"):
        console.print(Text(read_entry(recurrence).title, style="bold underline"))
        for convention in (one for one in known if recurrence in one.packings):
            packing = convention.packings[recurrence]
            expanded = expand(read_entry(recurrence), packing.choices)
            choices = ", ".join(f"{key}: {value}" for key, value in packing.choices.items())
            label = Text.assemble(f"  {convention.name:<20}", (choices or "as in the catalogue", "dim"))
            console.print(label, soft_wrap=True)
            pieces = [text_box(f"{piece}   ") for piece in map(_packed, packed_tensors(convention, expanded))]
            body = beside([text_box(" " * 22), flow(pieces or [text_box("named weights")], console.width - 22)])
            print_trimmed(console, Text("\n".join(body.lines)))
        console.print()
    for convention in known:
        words = Text(f"{convention.title}: {convention.says}.").wrap(console, max(console.width - 4, 20))
        for at, line in enumerate(words):
            console.print(Text.assemble("    " if at else "  ", line.plain.rstrip()), soft_wrap=True)


def _packed(tensor: Tensor) -> str:
    """Write 'weight_ih_l0 = [W_i; W_f; W_g; W_o]', rows apart by semicolons."""
    rows = "; ".join(", ".join(map(_block, row)) for row in tensor.rows)
    return f"{tensor.name} = [{rows}]" if len(tensor.blocks) > 1 else f"{tensor.name} = {rows}"
