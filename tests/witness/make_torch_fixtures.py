"""Writes torch/NAME.json: networks with random weights, evaluated and differentiated by PyTorch, as
witnesses of rnncalc.

    python tests/witness/make_torch_fixtures.py

Each file holds six cases, T = 1, 2, 4 with one sequence and with three: the problem as the YAML
reader would deliver it, every value, the loss, its gradients (weights, initial values, inputs) and
the adjoint dJ/dq(t) of every quantity q, whatever happens later included. A single sequence is
written without the batch level. Needs nothing but torch; the same seeds give the same problems, and
the results may move in the last bit with another build of torch.

Before anything is written, every gradient is compared with central differences, and the networks
that torch has ready-made (peers.py) are compared with those.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace

import torch
from networks import NETWORKS, Network
from peers import check_against_peer

CLASSES = 5  # of class indices
FOLDER = Path(__file__).parent / "torch"
CASES = [(T, batch) for batch in (1, 3) for T in (1, 2, 4)]
LOSSES = {
    "squared-error": lambda y, d: (y - d) ** 2,
    "half-squared-error": lambda y, d: 0.5 * (y - d) ** 2,
    "cross-entropy": lambda y, d: -d * torch.log(y),
    "binary-cross-entropy": lambda y, d: -(d * torch.log(y) + (1 - d) * torch.log(1 - y)),
}


# ---- drawing a problem


def draw(rng: random.Random, shape: tuple, kind: str = "real"):
    """Nested lists of numbers with three decimals, of 0 and 1, of one-hot vectors, or of class indices."""
    if kind == "one-hot" and len(shape) == 1:
        hot = rng.randrange(shape[0])
        return [int(i == hot) for i in range(shape[0])]
    if shape:
        return [draw(rng, shape[1:], kind) for _ in range(shape[0])]
    if kind == "real":
        return rng.randint(-1200, 1200) / 1000
    return rng.randrange(CLASSES if kind == "class" else 2)


def draw_problem(name: str, network: Network, T: int, batch: int) -> dict:
    rng = random.Random(f"{name} T={T} batch={batch}")

    def sized(shape):
        sizes = tuple(T if size == "t" else size for size in shape)
        return sizes if batch == 1 else (batch, *sizes)

    problem = {"rnncalc": 1, **network.keys}
    if network.activations:
        problem["activations"] = network.activations
    problem["weights"] = {key: draw(rng, shape) for key, shape in network.weights.items()}
    problem["inputs"] = {key: draw(rng, sized(shape)) for key, shape in network.inputs.items()}
    if "x" not in network.inputs:
        problem["steps"] = T
    problem["initial"] = {key: draw(rng, sized((size,))) for key, size in network.initial.items()}
    problem["targets"] = {"d": draw(rng, sized(network.target), network.target_kind)}
    problem["loss"] = network.loss
    return problem


# ---- evaluating it


def leaves_of(problem: dict, batch: int) -> dict[str, dict[str, torch.Tensor]]:
    """The tensors that gradients are taken of; those of inputs and initial values always with the batch in front."""
    leaves = {}
    for group in ("weights", "inputs", "initial"):
        tensors = {key: torch.tensor(value, dtype=torch.float64) for key, value in problem[group].items()}
        if group != "weights" and batch == 1:
            tensors = {key: tensor[None] for key, tensor in tensors.items()}
        leaves[group] = {key: tensor.requires_grad_() for key, tensor in tensors.items()}
    return leaves


def targets_of(problem: dict, network: Network, batch: int) -> torch.Tensor:
    d = torch.tensor(problem["targets"]["d"], dtype=torch.float64)  # without dtype it would be rounded to float32
    if network.target_kind == "class":
        d = torch.nn.functional.one_hot(d.long(), CLASSES).double()
    return d[None] if batch == 1 else d


def evaluate(network: Network, leaves: dict, d: torch.Tensor, T: int):
    """The quantities, each {t: tensor} or one tensor, and the loss of each step, summed over the sequences."""
    quantities = network.forward(SimpleNamespace(**leaves["weights"]), leaves["inputs"], leaves["initial"], T)
    quantities = {
        key: {t: q[t] for t in range(1, T + 1)} if isinstance(q, dict) else q for key, q in quantities.items()
    }
    options = network.loss if isinstance(network.loss, dict) else {"kind": network.loss}
    terms, y = LOSSES[options["kind"]], quantities["y"]
    if isinstance(y, dict):
        losses = [terms(y[t], d[:, t - 1]).sum() for t in y]
    else:
        losses = [terms(y, d).sum()]
    if options.get("at") == "last":
        losses = [0 * loss for loss in losses[:-1]] + losses[-1:]
    if options.get("reduction") == "mean":
        losses = [loss / (len(d) * T) for loss in losses]
    return quantities, torch.stack(losses)


def nested(quantity, batch: int) -> list:
    """[sequence][time][feature], without the first level for a single sequence and the second for a bare tensor."""
    stacked = torch.stack(list(quantity.values()), 1) if isinstance(quantity, dict) else quantity
    return plain(stacked[0] if batch == 1 else stacked)


def plain(tensor: torch.Tensor) -> list:
    """Nested lists, without negative zeros."""
    return (tensor + 0.0).tolist()


def make_case(name: str, network: Network, T: int, batch: int) -> dict:
    problem = draw_problem(name, network, T, batch)
    leaves, d = leaves_of(problem, batch), targets_of(problem, network, batch)
    quantities, losses = evaluate(network, leaves, d, T)

    def gradient(of):
        if isinstance(of, dict):
            return dict(zip(of, map(gradient, of.values()), strict=True))
        return torch.autograd.grad(losses.sum(), of, retain_graph=True, materialize_grads=True)[0]

    gradients, adjoints = gradient(leaves), gradient(quantities)
    check_by_differences(network, leaves, d, T, gradients)
    check_against_peer(name, leaves, d, network.loss, quantities, losses.sum(), gradients)
    return {
        "problem": problem,
        "values": {key: nested(quantity, batch) for key, quantity in quantities.items()},
        "loss": losses.sum().item(),
        "loss_steps": plain(losses),
        "gradients": {key: plain(tensor) for key, tensor in gradients["weights"].items()},
        "adjoints": {key: nested(adjoint, batch) for key, adjoint in adjoints.items()},
        "initial_gradients": {key: nested(tensor, batch) for key, tensor in gradients["initial"].items()},
        "input_gradients": {key: nested(tensor, batch) for key, tensor in gradients["inputs"].items()},
    }


def check_by_differences(
    network: Network, leaves: dict, d: torch.Tensor, T: int, gradients: dict, step: float = 1e-6
) -> None:
    """Every entry of every gradient against (J(w + step) - J(w - step)) / 2 step."""
    for group, tensors in leaves.items():
        for key, leaf in tensors.items():
            flat, expected = (
                leaf.detach().view(-1),
                gradients[group][key].reshape(-1),
            )  # flat: a view, so that J sees it move
            for i, value in enumerate(flat.tolist()):
                sides = []
                for moved in (value + step, value - step):
                    flat[i] = moved
                    sides.append(evaluate(network, leaves, d, T)[1].sum().item())
                flat[i] = value
                slope = (sides[0] - sides[1]) / (2 * step)
                assert abs(slope - expected[i].item()) < 1e-6 * (1 + abs(slope)), (
                    group,
                    key,
                    i,
                    slope,
                    expected[i].item(),
                )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    torch.set_num_threads(1)
    for name, network in NETWORKS.items():
        cases = [make_case(name, network, T, batch) for T, batch in CASES]
        text = json.dumps(
            {"made_with": {"torch": torch.__version__}, "cases": cases}, separators=(",", ":"), allow_nan=False
        )
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name:15} {len(text) / 1000:6.1f} kB")


if __name__ == "__main__":
    main()
