"""Systems that a problem file gives by its own equations: the text, and the same written out by hand for PyTorch.

The forward functions follow the convention of catalogue_forward.py.
"""

from __future__ import annotations

import torch
from catalogue_forward import mul, steps
from torch import sigmoid, tanh

MANY_TO_ONE = """\
z[t] = U.T @ x[t] + W.T @ h[t-1] + b
h[t] = tanh(z[t])
u = V.T @ h[T] + c
y = softmax(u)
"""


def many_to_one(w, given, start, T):
    x, z, h = steps(given["x"]), {}, {0: start["h"]}
    for t in range(1, T + 1):
        z[t] = mul(w.U.T, x[t]) + mul(w.W.T, h[t - 1]) + w.b
        h[t] = tanh(z[t])
    u = mul(w.V.T, h[T]) + w.c
    return dict(z=z, h=h, u=u, y=torch.softmax(u, -1))


ONE_TO_MANY = """\
x[1] = start
x[t] = y[t-1]
z[t] = U.T @ x[t] + W.T @ h[t-1] + b
h[t] = tanh(z[t])
u[t] = V.T @ h[t] + c
y[t] = softmax(u[t])
"""


def one_to_many(w, given, start, T):
    x, z, h, u, y = {}, {}, {0: start["h"]}, {}, {}
    for t in range(1, T + 1):
        x[t] = torch.clone(given["start"] if t == 1 else y[t - 1])
        z[t] = mul(w.U.T, x[t]) + mul(w.W.T, h[t - 1]) + w.b
        h[t] = tanh(z[t])
        u[t] = mul(w.V.T, h[t]) + w.c
        y[t] = torch.softmax(u[t], -1)
    return dict(x=x, z=z, h=h, u=u, y=y)


SKIP = """\
h[t] = relu(U @ x[t] + W @ h[t-1] + b)
y[t] = V @ h[t] + S @ x[t] + c
"""


def skip(w, given, start, T):
    x, h, y = steps(given["x"]), {0: start["h"]}, {}
    for t in range(1, T + 1):
        h[t] = torch.relu(mul(w.U, x[t]) + mul(w.W, h[t - 1]) + w.b)
        y[t] = mul(w.V, h[t]) + mul(w.S, x[t]) + w.c
    return dict(h=h, y=y)


COUPLED = """\
a[t] = tanh(A @ x[t] + B @ g[t-1])
g[t] = sigmoid(C @ a[t] + D @ g[t-1])
y[t] = V @ concat(a[t], g[t])
"""


def coupled(w, given, start, T):
    x, a, g, y = steps(given["x"]), {}, {0: start["g"]}, {}
    for t in range(1, T + 1):
        a[t] = tanh(mul(w.A, x[t]) + mul(w.B, g[t - 1]))
        g[t] = sigmoid(mul(w.C, a[t]) + mul(w.D, g[t - 1]))
        y[t] = mul(w.V, torch.cat([a[t], g[t]], -1))
    return dict(a=a, g=g, y=y)


REVERSE = """\
h[t] = tanh(U @ x[t] + W @ h[t-1])
g[t] = tanh(R @ x[t] + Q @ g[t+1])
y[t] = V @ h[t] + P @ g[t]
"""


def reverse(w, given, start, T):
    x, h, g, y = steps(given["x"]), {0: start["h"]}, {T + 1: start["g"]}, {}
    for t in range(1, T + 1):
        h[t] = tanh(mul(w.U, x[t]) + mul(w.W, h[t - 1]))
    for t in range(T, 0, -1):
        g[t] = tanh(mul(w.R, x[t]) + mul(w.Q, g[t + 1]))
    for t in range(1, T + 1):
        y[t] = mul(w.V, h[t]) + mul(w.P, g[t])
    return dict(h=h, g=g, y=y)


LAGS = """\
h[t] = tanh(U @ x[t] + W @ h[t-1] + Q @ h[t-2] + b)
y[t] = V @ h[t]
"""


def lags(w, given, start, T):
    x, h, y = steps(given["x"]), {-1: start["h"], 0: start["h"]}, {}
    for t in range(1, T + 1):
        h[t] = tanh(mul(w.U, x[t]) + mul(w.W, h[t - 1]) + mul(w.Q, h[t - 2]) + w.b)
        y[t] = mul(w.V, h[t])
    return dict(h=h, y=y)


SHARED = """\
h[t] = tanh(W @ x[t] + W @ h[t-1])
y[t] = W @ h[t]
"""


def shared(w, given, start, T):
    x, h, y = steps(given["x"]), {0: start["h"]}, {}
    for t in range(1, T + 1):
        h[t] = tanh(mul(w.W, x[t]) + mul(w.W, h[t - 1]))
        y[t] = mul(w.W, h[t])
    return dict(h=h, y=y)
