"""Trains a network of PyTorch from a record in the words of a problem file; float64, one sequence after another.

A record has `problem` (recurrence, packed weights beside those of the output layer, data, loss) and `plan`
(optimiser, rate, iterations, batch, clip), both with the keys and shapes of the problem file. The cells,
the packing of unequal lengths, the gradients and the optimisers are PyTorch's own; written out here are

    the loss         sum over features; `mean` divides by the pairs (sequence, step) of the mini-batch
    clipping         `limit` by clip_grad_value_; `norm` by hand, since clip_grad_norm_ adds 1e-6 to the norm
    mini-batches     the sequences in the order of the record, a shorter batch at the end of an epoch
    dropout          numpy's default_rng([seed, 3]), one number an entry in the order time, sequence, feature: what
                     lies below the probability is dropped, the rest divided by what is left
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

MODULES = {"elman": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
STATES = {"elman": "h", "lstm": "hc", "gru": "h"}
OPTIMISERS = {
    "adam": lambda weights, rate, o: torch.optim.Adam(
        weights, rate, (o.get("beta1", 0.9), o.get("beta2", 0.999)), o.get("epsilon", 1e-8)
    ),
    "gradient-descent": lambda weights, rate, o: torch.optim.SGD(weights, rate),
    "momentum": lambda weights, rate, o: torch.optim.SGD(weights, rate, o["momentum"]),
    "rmsprop": lambda weights, rate, o: torch.optim.RMSprop(weights, rate, o["decay"], o["epsilon"]),
}


class Trained(NamedTuple):
    """The loss before every update; weights after the last, and their loss on all sequences without dropout."""

    losses: list[float]
    weights: dict[str, list]
    last: float


class Network(nn.Module):
    """A recurrent module, the embedding before it and the output layer behind it, with the weights of a problem."""

    def __init__(self, problem: dict, seed: int):
        super().__init__()
        self.problem, self.transposed = problem, problem["recurrence"] == "elman"
        self.rng = np.random.default_rng([seed, 3])
        given = {name: torch.tensor(value, dtype=torch.float64) for name, value in problem["weights"].items()}
        wide = given["weight_ih_l0"]
        gates = {"elman": 1, "lstm": 4, "gru": 3}[problem["recurrence"]]
        options = {"nonlinearity": "relu"} if problem.get("activations", {}).get("hidden") == "relu" else {}
        self.cells = MODULES[problem["recurrence"]](
            wide.shape[1],
            wide.shape[0] // gates,
            problem.get("layers", 1),
            bidirectional=problem.get("bidirectional", False),
            batch_first=True,
            dtype=torch.float64,
            **options,
        )
        packed = dict(self.cells.named_parameters())
        self.own = nn.ParameterDict({name: nn.Parameter(v) for name, v in given.items() if name not in packed})
        with torch.no_grad():
            for name, parameter in packed.items():
                parameter.copy_(given[name])

    def weights(self) -> dict[str, nn.Parameter]:
        return {**dict(self.cells.named_parameters()), **dict(self.own.items())}

    def forward(self, x: torch.Tensor, lengths: torch.Tensor, start: list[torch.Tensor]) -> torch.Tensor:
        """Give the output layer's sums: [sequence, time, class], or [sequence, class] where it reads the end alone."""
        x = self.own["E"][x[..., 0]] if "E" in self.own else x
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        states = (tuple(start) if self.problem["recurrence"] == "lstm" else start[0]) if start else None
        steps, last = self.cells(packed, states)
        if self.problem.get("outputs") == "last":
            ends = last[0] if self.problem["recurrence"] == "lstm" else last
            h = torch.cat(tuple(ends[-2:]), -1) if self.cells.bidirectional else ends[-1]
        else:
            h, _ = pad_packed_sequence(steps, batch_first=True, total_length=x.shape[1])
        if self.training and (part := self.problem.get("dropout")):
            drawn = torch.tensor(self.rng.random(h.swapaxes(0, -2).shape)).swapaxes(0, -2)
            h = h * (drawn >= part) / (1 - part)
        v, bias = self.own["V"], self.own["c" if self.transposed else "b_y"]
        return h @ (v if self.transposed else v.T) + bias


def loss_of(problem: dict, u: torch.Tensor, d: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Give the loss of a mini-batch from the output layer's sums."""
    kind, output = problem["loss"]["kind"], problem.get("activations", {}).get("output", "identity")
    if kind == "squared-error":
        assert output == "identity"
        each = ((u - d) ** 2).sum(-1)
    elif kind == "binary-cross-entropy":
        assert output == "sigmoid"
        each = binary_cross_entropy_with_logits(u, d, reduction="none").sum(-1)
    else:
        assert (kind, output) == ("cross-entropy", "softmax")
        each = cross_entropy(u.movedim(-1, 1), d, reduction="none")
    if each.ndim == 2:
        there = torch.arange(each.shape[1]) < lengths[:, None]
        each = each[there]
    return each.mean() if problem["loss"].get("reduction") == "mean" else each.sum()


def clip(weights: list[nn.Parameter], how: dict[str, float]) -> None:
    """Clip the gradients by limit or by joint norm."""
    if "limit" in how:
        nn.utils.clip_grad_value_(weights, how["limit"])
    elif "norm" in how:
        norm = torch.sqrt(sum((w.grad**2).sum() for w in weights))
        for w in weights:
            w.grad *= min(1.0, how["norm"] / norm.item())


def train(record: dict) -> Trained:
    """Carry out the plan of a record."""
    problem, plan = record["problem"], record["plan"]
    network = Network(problem, plan.get("seed", 0))
    weights = list(network.weights().values())
    optimiser = OPTIMISERS[plan["optimiser"]["kind"]](weights, plan["rate"], plan["optimiser"])
    (x,), (d,) = problem["inputs"].values(), problem["targets"].values()
    x = torch.tensor(x, dtype=torch.int64 if "embedding" in problem else torch.float64)
    d = torch.tensor(d, dtype=torch.int64 if problem["loss"]["kind"] == "cross-entropy" else torch.float64)
    lengths = torch.tensor(problem.get("lengths", [x.shape[1]] * len(x)))
    states = STATES[problem["recurrence"]] if "initial" in problem else ""
    start = [torch.tensor(problem["initial"][name], dtype=torch.float64)[None] for name in states]
    batches = list(torch.arange(len(x)).split(plan.get("batch", len(x))))

    def loss_on(p: torch.Tensor) -> torch.Tensor:
        return loss_of(problem, network(x[p], lengths[p], [state[:, p] for state in start]), d[p], lengths[p])

    losses = []
    for iteration in range(plan["iterations"]):
        loss = loss_on(batches[iteration % len(batches)])
        losses.append(loss.item())
        optimiser.zero_grad()
        loss.backward()
        clip(weights, plan.get("clip", {}))
        optimiser.step()
    network.eval()
    last = {name: weight.tolist() for name, weight in network.weights().items()}
    return Trained(losses, last, loss_on(torch.arange(len(x))).item())
