"""Cut packed weights into named ones, and pack them again, as a convention lays them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from rnncalc.recurrences.conventions import Block, Tensor


def unpack(tensor: Tensor, array: np.ndarray, words: Mapping[str, str], sizes: Mapping[str, int]) -> dict:
    """Cut a packed array into the weights that it holds.

    Args:
        tensor: The grid of blocks.
        array: Its numbers or their texts, (rows, columns), or (n,) of vectors; with a first axis of
            directions where the tensor is stacked.
        words: The shape of each weight in words, 'n_h x n_x'.
        sizes: The size of each dimension.
    """
    whole = array if tensor.stacked is None else array[tensor.stacked]
    found, top = {}, 0
    for row in tensor.rows:
        left = 0
        for block in row:
            height, width = (total(axis, sizes) for axis in block_axes(block, words))
            part = whole[left : left + width] if tensor.flat else whole[top : top + height, left : left + width]
            found[block.weight] = _named(part, block, words)
            left += width
        top += height
    return found


def _named(part: np.ndarray, block: Block, words: Mapping[str, str]) -> np.ndarray:
    if " x " not in words[block.weight]:
        part = part.reshape(-1)
    part = part.T if block.transposed else part
    return part + block.less if block.less and part.dtype != object else part


def pack(tensors: tuple[Tensor, ...], arrays: Mapping[str, np.ndarray], words: Mapping[str, str]) -> dict:
    """Pack named weights, (rows, columns) or (n,), into the tensors of a convention.

    A bias that is absent is zero; a tensor of which every block is absent is left out.
    """
    sizes = dict(pair for name, array in arrays.items() if name in words for pair in _sizes(words[name], array))
    found: dict[str, list[np.ndarray]] = {}
    held = {tensor.name for tensor in tensors if any(block.weight in arrays for block in tensor.blocks)}
    for tensor in (one for one in tensors if one.name in held):
        rows = [[_packed(block, arrays, words, sizes) for block in row] for row in tensor.rows]
        array = np.block(rows)
        found.setdefault(tensor.name, []).append(array[0] if tensor.flat else array)
        stacked = tensor.stacked is not None
    return {name: np.stack(parts) if stacked else parts[0] for name, parts in found.items()}


def _packed(block: Block, arrays: Mapping[str, np.ndarray], words: Mapping[str, str], sizes: Mapping) -> np.ndarray:
    if block.weight not in arrays:
        return np.zeros([total(axis, sizes) for axis in block_axes(block, words)])
    array = arrays[block.weight]
    array = array if " x " in words[block.weight] else array.reshape(1, -1)
    return (array.T if block.transposed else array) - block.less


def _sizes(words: str, array: np.ndarray) -> Iterator[tuple[str, int]]:
    lengths = array.shape if " x " in words else (array.size,)
    return ((word, size) for word, size in zip(words.split(" x "), lengths, strict=True) if "+" not in word)


def block_axes(block: Block, words: Mapping[str, str]) -> tuple[str, str]:
    """Give the dimensions of a block's rows and columns, in words; a vector is a row."""
    dimensions = words[block.weight].split(" x ")
    if len(dimensions) == 1:
        return "1", dimensions[0]
    rows, columns = reversed(dimensions) if block.transposed else dimensions
    return rows, columns


def total(axis: str, sizes: Mapping[str, int]) -> int:
    """Give the size of a dimension such as n_h, n_h+n_x or 1."""
    return sum(1 if part == "1" else sizes[part] for part in axis.split("+"))
