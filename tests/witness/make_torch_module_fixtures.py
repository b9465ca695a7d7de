"""Writes torch_modules/NAME.json: torch.nn.RNN, LSTM and GRU with random packed weights, evaluated and differentiated.

Run with PyTorch 2.13: python tests/witness/make_torch_module_fixtures.py
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import torch

FOLDER = Path(__file__).parent / "torch_modules"
N_X, N_H, N_STEPS, BATCH = 3, 2, 4, 2
KINDS = {"rnn-tanh": torch.nn.RNN, "rnn-relu": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def rounded(tensor: torch.Tensor) -> torch.Tensor:
    """Give numbers of three decimals, so that the file stays short."""
    return (tensor * 1000).round() / 1000


def make(kind: str, layers: int, both: bool, bias: bool = True) -> dict:
    """Run one module: h of every step, the final states, and the gradient of sum(output * seed)."""
    options = {"nonlinearity": "relu"} if kind == "rnn-relu" else {}
    module = KINDS[kind](
        N_X, N_H, layers, bidirectional=both, bias=bias, batch_first=True, dtype=torch.float64, **options
    )
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(rounded(torch.rand_like(parameter) * 1.6 - 0.8))
    x = rounded(torch.randn(BATCH, N_STEPS, N_X, dtype=torch.float64)).requires_grad_()
    states = [
        rounded(torch.randn(layers * (1 + both), BATCH, N_H, dtype=torch.float64)) for _ in "hc"[: 1 + (kind == "lstm")]
    ]
    for state in states:
        state.requires_grad_()
    output, _ = module(x, tuple(states) if kind == "lstm" else states[0])
    seed = rounded(torch.randn_like(output))
    loss = (output * seed).sum()
    loss.backward()
    named = dict(zip("hc", states, strict=False))
    return {
        "made_by": f"torch {torch.__version__}",
        "kind": kind,
        "layers": layers,
        "bidirectional": both,
        "weights": {name: value.tolist() for name, value in module.named_parameters()},
        "x": x.tolist(),
        "initial": {name: state.tolist() for name, state in named.items()},
        "seed": seed.tolist(),
        "output": output.tolist(),
        "loss": loss.item(),
        "gradients": {name: value.grad.tolist() for name, value in module.named_parameters()},
        "gradient_of_x": x.grad.tolist(),
        "gradients_of_initial": {name: state.grad.tolist() for name, state in named.items()},
    }


def main() -> None:
    """Write every kind with one to three layers, in one direction and in both."""
    torch.manual_seed(11)
    FOLDER.mkdir(exist_ok=True)
    for kind, layers, both in product(KINDS, (1, 2, 3), (False, True)):
        name = f"{kind}-{layers}{'-both' if both else ''}"
        (FOLDER / f"{name}.json").write_text(json.dumps(make(kind, layers, both)) + "\n", encoding="utf-8")
    (FOLDER / "gru-2-both-without-bias.json").write_text(
        json.dumps(make("gru", 2, True, False)) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
