"""The catalogue's recurrences, their forward equations written out by hand for PyTorch.

A forward function gets the weights `w`, the input, the initial values `start` and the number of
steps `T`, and returns every quantity as {t: tensor}, or as a bare tensor where it has no time
index. Tensors are [sequence, feature]; steps count from 1.
"""

from __future__ import annotations

import torch
from torch import sigmoid, tanh

ACTIVATIONS = {
    "tanh": tanh,
    "relu": torch.relu,
    "sigmoid": sigmoid,
    "softmax": lambda u: torch.softmax(u, -1),
    "identity": torch.clone,  # a tensor of its own, so that y's adjoint can be asked for beside u's
}


def mul(a, v):
    """The product A v, for each sequence of the batch."""
    return v @ a.T


def steps(x):
    """[sequence, time, feature] as {t: [sequence, feature]}."""
    return {t: x[:, t - 1] for t in range(1, x.shape[1] + 1)}


# ---- Elman and Jordan


def elman(hidden="tanh", output="identity"):
    def forward(w, given, start, T):
        x, z, h, u, y = steps(given["x"]), {}, {0: start["h"]}, {}, {}
        for t in range(1, T + 1):
            z[t] = mul(w.U.T, x[t]) + mul(w.W.T, h[t - 1]) + w.b
            h[t] = ACTIVATIONS[hidden](z[t])
            u[t] = mul(w.V.T, h[t]) + w.c
            y[t] = ACTIVATIONS[output](u[t])
        return dict(z=z, h=h, u=u, y=y)

    return forward


def jordan(w, given, start, T):
    x, z, h, u, y = steps(given["x"]), {}, {}, {}, {0: start["y"]}
    for t in range(1, T + 1):
        z[t] = mul(w.U.T, x[t]) + mul(w.W.T, y[t - 1]) + w.b
        h[t] = tanh(z[t])
        u[t] = mul(w.V.T, h[t]) + w.c
        y[t] = sigmoid(u[t])
    return dict(z=z, h=h, u=u, y=y)


def deep_elman(w, given, start, T):
    x, z1, z2, z3, u, y = steps(given["x"]), {}, {}, {}, {}, {}
    h1, h2, h3 = {0: start["h1"]}, {0: start["h2"]}, {0: start["h3"]}
    for t in range(1, T + 1):
        z1[t] = mul(w.U1.T, x[t]) + mul(w.W1.T, h1[t - 1]) + w.b1
        h1[t] = tanh(z1[t])
        z2[t] = mul(w.U2.T, h1[t]) + mul(w.W2.T, h2[t - 1]) + w.b2
        h2[t] = tanh(z2[t])
        z3[t] = mul(w.U3.T, h2[t]) + mul(w.W3.T, h3[t - 1]) + w.b3
        h3[t] = tanh(z3[t])
        u[t] = mul(w.V.T, h3[t]) + w.c
        y[t] = torch.softmax(u[t], -1)
    return dict(z1=z1, h1=h1, z2=z2, h2=h2, z3=z3, h3=h3, u=u, y=y)


def deep_jordan(w, given, start, T):
    x, z1, z2, z3, u, y = steps(given["x"]), {}, {}, {}, {}, {0: start["y"]}
    h1, h2, h3 = {}, {0: start["h2"]}, {0: start["h3"]}
    for t in range(1, T + 1):
        z1[t] = mul(w.U1.T, x[t]) + mul(w.W1.T, h2[t - 1]) + w.b1
        h1[t] = tanh(z1[t])
        z2[t] = mul(w.U2.T, h1[t]) + mul(w.W2.T, h3[t - 1]) + w.b2
        h2[t] = tanh(z2[t])
        z3[t] = mul(w.U3.T, h2[t]) + mul(w.W3.T, y[t - 1]) + w.b3
        h3[t] = tanh(z3[t])
        u[t] = mul(w.V.T, h3[t]) + w.c
        y[t] = sigmoid(u[t])
    return dict(z1=z1, h1=h1, z2=z2, h2=h2, z3=z3, h3=h3, u=u, y=y)


# ---- gated networks


def split_gate(w, gate, x, h):
    W, U, b = (getattr(w, f"{kind}_{gate}") for kind in "WUb")
    return mul(W, x) + mul(U, h) + b


def concat_gate(w, gate, x, h):
    W, b = (getattr(w, f"{kind}_{gate}") for kind in "Wb")
    return mul(W, torch.cat([h, x], -1)) + b


def lstm(gate):
    def forward(w, given, start, T):
        x, h, c = steps(given["x"]), {0: start["h"]}, {0: start["c"]}
        a_f, f, a_i, i, a_g, g, a_o, o, u, y = ({} for _ in range(10))
        for t in range(1, T + 1):
            a_f[t] = gate(w, "f", x[t], h[t - 1])
            f[t] = sigmoid(a_f[t])
            a_i[t] = gate(w, "i", x[t], h[t - 1])
            i[t] = sigmoid(a_i[t])
            a_g[t] = gate(w, "g", x[t], h[t - 1])
            g[t] = tanh(a_g[t])
            c[t] = f[t] * c[t - 1] + i[t] * g[t]
            a_o[t] = gate(w, "o", x[t], h[t - 1])
            o[t] = sigmoid(a_o[t])
            h[t] = o[t] * tanh(c[t])
            u[t] = mul(w.V, h[t]) + w.b_y
            y[t] = torch.clone(u[t])
        return dict(a_f=a_f, f=f, a_i=a_i, i=i, a_g=a_g, g=g, c=c, a_o=a_o, o=o, h=h, u=u, y=y)

    return forward


def gru(gate, reset="before", update="takes-new"):
    def forward(w, given, start, T):
        x, h = steps(given["x"]), {0: start["h"]}
        a_z, z, a_r, r, a_n, n, u, y = ({} for _ in range(8))
        for t in range(1, T + 1):
            a_z[t] = gate(w, "z", x[t], h[t - 1])
            z[t] = sigmoid(a_z[t])
            a_r[t] = gate(w, "r", x[t], h[t - 1])
            r[t] = sigmoid(a_r[t])
            if reset == "before":
                a_n[t] = gate(w, "n", x[t], r[t] * h[t - 1])
            else:
                a_n[t] = mul(w.W_n, x[t]) + r[t] * mul(w.U_n, h[t - 1]) + w.b_n
            n[t] = tanh(a_n[t])
            if update == "takes-new":
                h[t] = (1 - z[t]) * h[t - 1] + z[t] * n[t]
            else:
                h[t] = z[t] * h[t - 1] + (1 - z[t]) * n[t]
            u[t] = mul(w.V, h[t]) + w.b_y
            y[t] = torch.softmax(u[t], -1)
        return dict(a_z=a_z, z=z, a_r=a_r, r=r, a_n=a_n, n=n, h=h, u=u, y=y)

    return forward
