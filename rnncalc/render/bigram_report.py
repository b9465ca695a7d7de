"""The JSON document of `bigram`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnncalc.compute.ngram_network import enumerate_contexts
from rnncalc.compute.ngram_values import asked_likelihood, named_values, network_of
from rnncalc.render.report import nested, number

if TYPE_CHECKING:
    from rnncalc.problem.bigram import Bigram


def bigram_report(problem: Bigram, sample: list[str] | None) -> dict:
    """Give the document of `bigram`.

    `values` has T and counts as the problem lays them out, and the network's
    weights; `factors` those of the likelihood; `largest_difference` is the
    proof by enumeration. A table too large to be laid out gives `pairs`.
    """
    model, asked = problem.model, problem.asked
    report = {
        "schema_version": 1,
        "command": "bigram",
        "title": problem.title,
        "vocabulary": list(model.vocabulary),
        "order": model.order,
        "orientation": asked.orientation,
        "values": {name: nested(np.asarray(array)) for name, array in named_values(model, asked).items()},
    }
    if "T" not in report["values"]:
        names = model.vocabulary
        report["pairs"] = [
            {
                "context": [names[at] for at in model.contexts[c].tolist()],
                "word": names[w],
                "count": n,
                "probability": p,
            }
            for c, w, n, p in model.likeliest(problem.top)
        ]
    if (product := asked_likelihood(model, asked)) is not None:
        report["factors"] = [
            {"context": list(f.context), "word": f.word, "count": f.times, "probability": number(f.probability)}
            for f in product.factors
        ]
    if (network := network_of(model, asked.activation)) is not None:
        off = np.abs(enumerate_contexts(model, network) - model.table()).max()
        report |= {"activation": asked.activation, "largest_difference": number(float(off))}
    if sample is not None:
        report["sample"] = sample
    return report
