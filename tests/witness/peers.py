"""The same networks from torch's own modules (nn.RNN, nn.LSTM, nn.GRU, RNNCell), where torch has them.

A peer gets the weights `w`, the inputs and the initial values `start`, and returns some of the
quantities as [sequence, time, feature], among them the logits `u` (or `y`, where the output is
linear). The loss is then torch's own too. Jordan, deep Jordan, coupled and lags have no counterpart
in torch.
"""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F


def relu_rnn(*sizes, **options):
    return nn.RNN(*sizes, nonlinearity="relu", **options)


def run(module, x, state, weight_ih, weight_hh, bias=None):
    """A module of nn on our weights, so that autograd goes through to them; [sequence, time, hidden]."""
    layer = module(x.shape[2], weight_hh.shape[1], batch_first=True, dtype=torch.float64)
    zero = torch.zeros(len(weight_hh), dtype=torch.float64)
    parameters = {
        "weight_ih_l0": weight_ih,
        "weight_hh_l0": weight_hh,
        "bias_ih_l0": zero if bias is None else bias,
        "bias_hh_l0": zero,
    }
    return functional_call(layer, parameters, (x, state))[0]


def elman(w, given, start, module=nn.RNN):
    h = run(module, given["x"], start["h"][None], w.U.T, w.W.T, w.b)
    return {"h": h, "u": F.linear(h, w.V.T, w.c)}


def elman_relu(w, given, start):
    return elman(w, given, start, relu_rnn)


def many_to_one(w, given, start):
    h = elman(w, given, start)["h"]
    return {"h": h, "u": F.linear(h[:, -1], w.V.T, w.c)}


def one_to_many(w, given, start, T):
    x, h, logits = given["start"], start["h"], []
    for _ in range(T):
        h = run(nn.RNN, x[:, None], h[None], w.U.T, w.W.T, w.b)[:, 0]
        logits.append(F.linear(h, w.V.T, w.c))
        x = F.softmax(logits[-1], dim=1)
    return {"u": torch.stack(logits, 1)}


def deep_elman(w, given, start):
    h1 = run(nn.RNN, given["x"], start["h1"][None], w.U1.T, w.W1.T, w.b1)
    h2 = run(nn.RNN, h1, start["h2"][None], w.U2.T, w.W2.T, w.b2)
    h3 = run(nn.RNN, h2, start["h3"][None], w.U3.T, w.W3.T, w.b3)
    return {"h1": h1, "h2": h2, "h3": h3, "u": F.linear(h3, w.V.T, w.c)}


def split(w, gate, hidden):
    """The input's and the state's half of a gate's weights, and its bias, in either variant."""
    W, b = getattr(w, f"W_{gate}"), getattr(w, f"b_{gate}")
    if hasattr(w, f"U_{gate}"):
        return W, getattr(w, f"U_{gate}"), b
    return W[:, hidden:], W[:, :hidden], b


def lstm(w, given, start):
    gates = [split(w, gate, start["h"].shape[1]) for gate in "ifgo"]  # torch's order
    W, U, b = (torch.cat(parts) for parts in zip(*gates, strict=True))
    h = run(nn.LSTM, given["x"], (start["h"][None], start["c"][None]), W, U, b)
    return {"h": h, "y": F.linear(h, w.V, w.b_y)}


def gru_after(w, given, start):
    """nn.GRU resets after the product, and its z is our 1 - z = sigmoid(-a_z)."""
    (W_z, U_z, b_z), (W_r, U_r, b_r), (W_n, U_n, b_n) = (split(w, gate, start["h"].shape[1]) for gate in "zrn")
    W, U, b = torch.cat([W_r, -W_z, W_n]), torch.cat([U_r, -U_z, U_n]), torch.cat([b_r, -b_z, b_n])
    h = run(nn.GRU, given["x"], start["h"][None], W, U, b)
    return {"h": h, "u": F.linear(h, w.V, w.b_y)}


def gru_before(w, given, start, keeps_old=False):
    """Torch has no such GRU: the candidate is one step of nn.RNN from the state r h, the update torch.lerp."""
    h, states = start["h"], []
    (W_z, U_z, b_z), (W_r, U_r, b_r), (W_n, U_n, b_n) = (split(w, gate, h.shape[1]) for gate in "zrn")
    for x in given["x"].unbind(1):
        z = F.sigmoid(F.linear(x, W_z, b_z) + F.linear(h, U_z))
        r = F.sigmoid(F.linear(x, W_r, b_r) + F.linear(h, U_r))
        n = run(nn.RNN, x[:, None], (r * h)[None], W_n, U_n, b_n)[:, 0]
        h = torch.lerp(n, h, z) if keeps_old else torch.lerp(h, n, z)
        states.append(h)
    h = torch.stack(states, 1)
    return {"h": h, "u": F.linear(h, w.V, w.b_y)}


def gru_keeps_old(w, given, start):
    return gru_before(w, given, start, keeps_old=True)


def skip(w, given, start):
    h = run(relu_rnn, given["x"], start["h"][None], w.U, w.W, w.b)
    return {"h": h, "y": F.linear(h, w.V) + F.linear(given["x"], w.S, w.c)}


def reverse(w, given, start):
    h = run(nn.RNN, given["x"], start["h"][None], w.U, w.W)
    g = run(nn.RNN, given["x"].flip(1), start["g"][None], w.R, w.Q).flip(1)
    return {"h": h, "g": g, "y": F.linear(h, w.V) + F.linear(g, w.P)}


def shared(w, given, start):
    h = run(nn.RNN, given["x"], start["h"][None], w.W, w.W)
    return {"h": h, "y": F.linear(h, w.W)}


PEERS = {
    "elman-softmax": elman,
    "elman-sigmoid": elman,
    "elman-linear": elman,
    "elman-relu": elman_relu,
    "elman-mean": elman,
    "deep-elman": deep_elman,
    "lstm": lstm,
    "lstm-concat": lstm,
    "gru": gru_before,
    "gru-concat": gru_before,
    "gru-after": gru_after,
    "gru-keeps-old": gru_keeps_old,
    "many-to-one": many_to_one,
    "one-to-many": one_to_many,
    "skip": skip,
    "reverse": reverse,
    "shared": shared,
}


def torch_loss(loss, logits, d):
    """The loss from the logits; `logits` and `d` are [sequence, time, feature] or [sequence, feature]."""
    options = loss if isinstance(loss, dict) else {"kind": loss}
    if options.get("at") == "last":
        logits, d = logits[:, -1], d[:, -1]
    kind, (logits, d) = options["kind"], (tensor.flatten(0, -2) for tensor in (logits, d))
    if kind == "cross-entropy":
        return F.cross_entropy(logits, d, reduction=options.get("reduction", "sum"))
    if kind == "binary-cross-entropy":
        return F.binary_cross_entropy_with_logits(logits, d, reduction="sum")
    return F.mse_loss(logits, d, reduction="sum") * (0.5 if kind == "half-squared-error" else 1)


def check_against_peer(name, leaves, d, loss, quantities, total, gradients):
    """Values, loss and every gradient must agree to 1e-12."""
    if name not in PEERS:
        return

    def same(ours, theirs, what):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12, msg=lambda text: f"{name}, {what}: {text}")

    extra = (d.shape[1],) if name == "one-to-many" else ()
    theirs = PEERS[name](SimpleNamespace(**leaves["weights"]), leaves["inputs"], leaves["initial"], *extra)
    for key, value in theirs.items():
        ours = quantities[key]
        same(torch.stack(list(ours.values()), 1) if isinstance(ours, dict) else ours, value, key)
    their_loss = torch_loss(loss, theirs.get("u", theirs.get("y")), d)
    same(total, their_loss, "the loss")
    for group, tensors in leaves.items():
        for key, leaf in tensors.items():
            same(
                gradients[group][key],
                torch.autograd.grad(their_loss, leaf, retain_graph=True)[0],
                f"the gradient of {key}",
            )
