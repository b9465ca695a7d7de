"""Put the values of a batch of unequal lengths together.

Such a batch is several batches of equal length, the `parts` of its case. No
equation knows of it: h[T], h[:], a reverse recurrence and every border are
those of each sequence's own length. Where other frameworks compute to the
common end and mask, nothing is computed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np

from rnncalc.compute.case import Case
from rnncalc.compute.values import Share, Values


def join(case: Case, shares: Sequence[Share]) -> Values:
    """Put the values of the parts of a case together.

    A place such as g[3] holds what each sequence has there: its start after
    the last step, or that step.

    Shapes:
        sequences[name]: (n_steps, n_sequences, rows, columns), nan past the end of each
        singles[name]: (n_sequences, rows, columns); what has no sequence axis is summed,
            as the gradient of a weight is
    """
    found = [share.values for share in shares]
    names, singles = (_keys(kind) for kind in ([v.sequences for v in found], [v.singles for v in found]))
    places = {
        (name, step): _filled((case.n_sequences,), shares, [_at(values, name, step) for values in found])
        for name, step in _keys([values.places for values in found])
    }
    sequences = {
        name: _filled((case.n_steps(name), case.n_sequences), shares, [_steps(values, name) for values in found])
        for name in names
    }
    return Values(case, sequences, {name: _single(case, name, shares) for name in singles}, places, tuple(shares))


def join_arrays(
    case: Case, shares: Sequence[Share], found: Sequence[Mapping[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Put arrays together that each part has for some of its quantities, zero where a part lacks one."""
    joined = {}
    for name in _keys(found):
        sequence = case.system.is_sequence(name)
        likes = [(share.values.sequences if sequence else share.values.singles)[name] for share in shares]
        arrays = [part.get(name, np.zeros_like(like)) for part, like in zip(found, likes, strict=True)]
        lead = (case.n_steps(name), case.n_sequences) if sequence else (case.n_sequences,)
        joined[name] = _filled(lead, shares, arrays)
    return joined


def added(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Add up arrays of unequal numbers of steps."""
    total = np.zeros((max(map(len, parts)), *parts[0].shape[1:]))
    for part in parts:
        total[: len(part)] += part
    return total


def each_sequence(values: Values, name: str) -> list[np.ndarray]:
    """Give (n_steps, rows, columns) of each sequence of a batch, as long as it is."""
    if not values.parts:
        return list(values.sequences[name].swapaxes(0, 1))
    own = {p: share.values.sequences[name][:, k] for share in values.parts for k, p in enumerate(share.members)}
    return [own[p] for p in sorted(own)]


def initial_places(values: Values) -> Mapping[tuple[str, int], np.ndarray]:
    """Give the places outside the steps, nan for sequences that have a step there."""
    if not values.parts:
        return values.places
    n_sequences = (values.case.n_sequences,)
    return {
        place: _filled(n_sequences, values.parts, [share.values.places.get(place) for share in values.parts])
        for place in values.places
    }


def blank(values: Values, name: str, step: int | None = None) -> np.ndarray:
    """Tell where a quantity, or a step or place of it, has no number because a sequence has ended."""
    if step is not None:
        found = [_at(share.values, name, step) for share in values.parts]
        zeros = [None if array is None else np.zeros(array.shape) for array in found]
        return np.isnan(_filled((values.case.n_sequences,), values.parts, zeros))
    kind = "sequences" if name in values.sequences else "singles"
    zeros = [np.zeros(getattr(share.values, kind)[name].shape) for share in values.parts]
    return np.isnan(_filled(getattr(values, kind)[name].shape[:-2], values.parts, zeros))


def _keys(mappings: Iterable[Mapping]) -> list[Hashable]:
    return list(dict.fromkeys(key for mapping in mappings for key in mapping))


def _at(values: Values, name: str, step: int) -> np.ndarray | None:
    """Give what the sequences have at a step or place, None where they have nothing."""
    inside = 1 <= step <= len(values.sequences.get(name, ()))
    return values.at(name, step) if inside or (name, step) in values.places else None


def _steps(values: Values, name: str) -> np.ndarray:
    """Give a sequence; an adjoint that is not computed, as the loss does not depend on it, is zero."""
    if name in values.sequences:
        return values.sequences[name]
    return np.zeros((values.case.n_steps(name), values.case.n_sequences, *values.case.shapes[name]))


def _single(case: Case, name: str, shares: Sequence[Share]) -> np.ndarray:
    if name in case.weights:
        return case.weights[name]
    arrays = [share.values.singles.get(name) for share in shares]
    if any(name in share.values.case.shared for share in shares):
        return sum(array for array in arrays if array is not None)
    return _filled((case.n_sequences,), shares, arrays)


def _filled(lead: tuple[int, ...], shares: Sequence[Share], arrays: Sequence[np.ndarray | None]) -> np.ndarray:
    """Put (n_own_steps, n_members, rows, columns), or the same without steps, in their places, nan elsewhere."""
    given = [(share.members, array) for share, array in zip(shares, arrays, strict=True) if array is not None]
    rows, columns = (max(array.shape[axis] for _, array in given) for axis in (-2, -1))
    whole = np.full((*lead, rows, columns), np.nan)
    for members, array in given:
        room = whole[: len(array)] if len(lead) == 2 else whole
        room[..., list(members), : array.shape[-2], : array.shape[-1]] = array
    return whole
