"""The derived equations as they are printed, line by line, against the lecture and derivations by hand."""

from __future__ import annotations

import pytest
from running import problem, system

from rnncalc.base.diagnostics import RnncalcError
from rnncalc.compute.bptt import derive
from rnncalc.language.writer import write_equation

X = "x: [[1, 0], [0, 1], [1, 1]]"
TARGETS = "targets: {d: [[1, 0], [0, 1], [1, 0]]}\n"
HALF = TARGETS + "loss: half-squared-error"


def derived(text: str, **options) -> dict[str, str]:
    """Give the right side of every derived equation by its left side, as the screen shows them."""
    backward = derive(problem(text).case, **{"starts": False, **options})
    lines = (write_equation(equation, "screen") for equation in backward.system.equations)
    return dict(line.split(" = ", 1) for line in lines)


def sections(matrices: str, vectors: str = "") -> str:
    lines = [f"{name}: [[0.1, 0.2], [0.3, 0.4]]" for name in matrices.split()]
    return "\n".join(lines + [f"{name}: [0.1, 0.2]" for name in vectors.split()])


def catalogue(name: str, matrices: str, vectors: str, more: str) -> str:
    return system("", sections(matrices, vectors), X, more).replace("equations: |\n  \n", f"recurrence: {name}\n")


def elman(more: str, name: str = "elman") -> str:
    return catalogue(name, "U W V", "b c", more)


LECTURE = {
    "∇u(t)": "y(t) - d(t)",
    "∇h(t)": "V ∇u(t) + W ∇z(t+1)",
    "∇z(t)": "(1 - h(t)²) ⊙ ∇h(t)",
    "∇U": "Σₜ x(t) ∇z(t)ᵀ",
    "∇W": "Σₜ h(t-1) ∇z(t)ᵀ",
    "∇b": "Σₜ ∇z(t)",
    "∇V": "Σₜ h(t) ∇u(t)ᵀ",
    "∇c": "Σₜ ∇u(t)",
}
SOFTMAX = "activations: {output: softmax}\ntargets: {d: [0, 1, 0]}\nloss: cross-entropy"


def test_the_lecture_with_softmax():
    assert derived(elman(SOFTMAX)) == LECTURE


def test_the_lecture_with_sigmoid():
    assert derived(elman(TARGETS + "activations: {output: sigmoid}\nloss: binary-cross-entropy")) == LECTURE


def test_the_lecture_with_a_linear_output():
    """The author names y beside u, so y − d arrives at y first; u takes it over unchanged."""
    found = derived(elman(HALF))
    assert found.pop("∇y(t)") == "y(t) - d(t)"
    assert found == LECTURE | {"∇u(t)": "∇y(t)"}


def test_the_lecture_without_y():
    lines = "z[t] = U.T @ x[t] + W.T @ h[t-1] + b\nh[t] = tanh(z[t])\nu[t] = V.T @ h[t] + c"
    text = system(lines, sections("U W V", "b c"), X, TARGETS + "loss: {kind: half-squared-error, output: u}")
    assert derived(text) == LECTURE | {"∇u(t)": "u(t) - d(t)"}


def test_squared_error_keeps_its_two():
    found = derived(elman(TARGETS + "loss: squared-error"))
    assert found["∇y(t)"] == "2 · (y(t) - d(t))"


def test_rows_transpose_everything():
    assert derived(elman("layout: row\n" + SOFTMAX)) == LECTURE | {
        "∇h(t)": "∇u(t) Vᵀ + ∇z(t+1) Wᵀ",
        "∇U": "Σₜ x(t)ᵀ ∇z(t)",
        "∇W": "Σₜ h(t-1)ᵀ ∇z(t)",
        "∇V": "Σₜ h(t)ᵀ ∇u(t)",
    }


def test_other_activations_change_one_line():
    for name, factor in {"sigmoid": "h(t) ⊙ (1 - h(t))", "relu": "step(z(t))", "softplus": "sigmoid(z(t))"}.items():
        found = derived(elman(SOFTMAX.replace("{", f"{{hidden: {name}, ", 1)))
        assert found == LECTURE | {"∇z(t)": f"{factor} ⊙ ∇h(t)"}


def test_equation_e_where_the_sum_has_no_name():
    lines = "h[t] = tanh(U.T @ x[t] + W.T @ h[t-1] + b)\ny[t] = softmax(V.T @ h[t] + c)"
    text = system(lines, sections("U W V", "b c"), X, "targets: {d: [0, 1, 0]}\nloss: cross-entropy")
    assert derived(text, starts=True) == {
        "∇h(t)": "V (y(t) - d(t)) + W ((1 - h(t+1)²) ⊙ ∇h(t+1))",
        "∇h(0)": "W ((1 - h(1)²) ⊙ ∇h(1))",
        "∇U": "Σₜ x(t) ((1 - h(t)²) ⊙ ∇h(t))ᵀ",
        "∇W": "Σₜ h(t-1) ((1 - h(t)²) ⊙ ∇h(t))ᵀ",
        "∇b": "Σₜ ((1 - h(t)²) ⊙ ∇h(t))",
        "∇V": "Σₜ h(t) (y(t) - d(t))ᵀ",
        "∇c": "Σₜ (y(t) - d(t))",
    }


def test_targets_that_do_not_sum_to_one_keep_their_sum():
    found = derived(elman(SOFTMAX.replace("[0, 1, 0]", "[[1, 0], [0, 2], [0, 1]]")))
    assert found["∇u(t)"] == "y(t) · sum(d(t)) - d(t)" or found["∇u(t)"] == "y(t) ⊙ sum(d(t)) - d(t)"


def test_jordan():
    more = TARGETS + "activations: {output: sigmoid}\nloss: binary-cross-entropy"
    found = derived(elman(more, "jordan"), starts=True)
    assert found == LECTURE | {
        "∇u(t)": "y(t) - d(t) + y(t) ⊙ (1 - y(t)) ⊙ ∇y(t)",
        "∇h(t)": "V ∇u(t)",
        "∇y(t)": "W ∇z(t+1)",
        "∇y(0)": "W ∇z(1)",
        "∇W": "Σₜ y(t-1) ∇z(t)ᵀ",
    }


def gates(letters: str) -> dict[str, str]:
    found = {}
    for gate in letters:
        found |= {f"∇W_{gate}": f"Σₜ ∇a_{gate}(t) x(t)ᵀ", f"∇U_{gate}": f"Σₜ ∇a_{gate}(t) h(t-1)ᵀ"}
        found[f"∇b_{gate}"] = f"Σₜ ∇a_{gate}(t)"
    return found | {"∇V": "Σₜ ∇u(t) h(t)ᵀ", "∇b_y": "Σₜ ∇u(t)", "∇u(t)": "∇y(t)", "∇y(t)": "y(t) - d(t)"}


def test_lstm():
    text = catalogue("lstm", "W_f U_f W_i U_i W_g U_g W_o U_o V", "b_f b_i b_g b_o b_y", HALF)
    squashed = {f"∇a_{gate}(t)": f"{gate}(t) ⊙ (1 - {gate}(t)) ⊙ ∇{gate}(t)" for gate in "fio"}
    assert derived(text) == gates("figo") | squashed | {
        "∇a_g(t)": "(1 - g(t)²) ⊙ ∇g(t)",
        "∇f(t)": "c(t-1) ⊙ ∇c(t)",
        "∇i(t)": "g(t) ⊙ ∇c(t)",
        "∇g(t)": "i(t) ⊙ ∇c(t)",
        "∇c(t)": "(1 - tanh(c(t))²) ⊙ (o(t) ⊙ ∇h(t)) + f(t+1) ⊙ ∇c(t+1)",
        "∇o(t)": "tanh(c(t)) ⊙ ∇h(t)",
        "∇h(t)": "Vᵀ ∇u(t) + U_fᵀ ∇a_f(t+1) + U_iᵀ ∇a_i(t+1) + U_gᵀ ∇a_g(t+1) + U_oᵀ ∇a_o(t+1)",
    }


GRU = {f"∇a_{gate}(t)": f"{gate}(t) ⊙ (1 - {gate}(t)) ⊙ ∇{gate}(t)" for gate in "zr"} | {
    "∇a_n(t)": "(1 - n(t)²) ⊙ ∇n(t)",
    "∇z(t)": "(n(t) - h(t-1)) ⊙ ∇h(t)",
    "∇n(t)": "z(t) ⊙ ∇h(t)",
}
GRU_STATE = "Vᵀ ∇u(t) + U_zᵀ ∇a_z(t+1) + U_rᵀ ∇a_r(t+1) + {} + (1 - z(t+1)) ⊙ ∇h(t+1)"


@pytest.mark.parametrize(
    ("reset", "changed"),
    [
        ("before", {
            "∇r(t)": "h(t-1) ⊙ (U_nᵀ ∇a_n(t))",
            "∇h(t)": GRU_STATE.format("r(t+1) ⊙ (U_nᵀ ∇a_n(t+1))"),
            "∇U_n": "Σₜ ∇a_n(t) (r(t) ⊙ h(t-1))ᵀ",
        }),
        ("after", {
            "∇r(t)": "(U_n h(t-1)) ⊙ ∇a_n(t)",
            "∇h(t)": GRU_STATE.format("U_nᵀ (r(t+1) ⊙ ∇a_n(t+1))"),
            "∇U_n": "Σₜ (r(t) ⊙ ∇a_n(t)) h(t-1)ᵀ",
        }),
    ],
)  # fmt: skip
def test_gru(reset, changed):
    text = catalogue("gru", "W_z U_z W_r U_r W_n U_n V", "b_z b_r b_n b_y", f"reset: {reset}\n{HALF}")
    assert derived(text) == gates("zrn") | GRU | changed


def test_many_to_one():
    """What acts once has no Σ; what the last step receives says so."""
    text = elman("activations: {output: softmax}\ntargets: {d: [1, 0]}\nloss: cross-entropy", "many-to-one")
    wanted = LECTURE | {"∇u": "y - d", "∇h(t)": "[t = T] V ∇u + W ∇z(t+1)", "∇V": "h(T) ∇uᵀ", "∇c": "∇u"}
    del wanted["∇u(t)"]
    assert derived(text) == wanted


ATTENTION = """h[t] = tanh(U @ x[t] + W @ h[t-1])
s[0] = h[T]
e[i] = h[:].T @ (A @ s[i-1])
a[i] = softmax(e[i])
c[i] = h[:] @ a[i]
s[i] = tanh(Q @ s[i-1] + R @ c[i])
y[i] = V @ s[i]"""


def test_attention_with_two_letters():
    more = "steps: {i: 2}\ntargets: {d: [[1, 0], [0, 1]]}\nloss: half-squared-error"
    found = derived(system(ATTENTION, sections("U W A Q R V"), X, more))
    assert {name: found[name] for name in ("∇h(t)", "∇s(0)", "∇s(i)", "∇e(i)", "∇a(i)", "∇c(i)")} == {
        "∇h(t)": "[t = T] ∇s(0) + (Σᵢ A s(i-1) ∇e(i)ᵀ)[:, t] + (Σᵢ ∇c(i) a(i)ᵀ)[:, t] + Wᵀ ((1 - h(t+1)²) ⊙ ∇h(t+1))",
        "∇s(0)": "Aᵀ (h(:) ∇e(1)) + Qᵀ ((1 - s(1)²) ⊙ ∇s(1))",
        "∇s(i)": "Vᵀ ∇y(i) + Aᵀ (h(:) ∇e(i+1)) + Qᵀ ((1 - s(i+1)²) ⊙ ∇s(i+1))",
        "∇e(i)": "a(i) ⊙ (∇a(i) - dot(a(i), ∇a(i)))",
        "∇a(i)": "h(:)ᵀ ∇c(i)",
        "∇c(i)": "Rᵀ ((1 - s(i)²) ⊙ ∇s(i))",
    }
    assert found["∇A"] == "Σᵢ h(:) ∇e(i) s(i-1)ᵀ"


def test_only_what_lies_between_a_weight_and_the_loss():
    lines = "h[t] = tanh(W @ h[t-1] + x[t])\nq[t] = V @ h[t]\ny[t] = h[t]\np[t] = q[t] * 2"
    assert set(derived(system(lines, sections("W V"), X, HALF))) == {"∇h(t)", "∇y(t)", "∇W"}


def test_origins_name_the_equations_a_line_comes_from():
    backward = derive(problem(elman(SOFTMAX)).case, starts=False)
    found = {left.name: [e.left.name for e in origins] for left, origins in backward.origins.items()}
    assert found == {
        "∇u": ["J"], "∇h": ["u", "z"], "∇z": ["h"], "∇U": ["z"], "∇W": ["z"], "∇b": ["z"], "∇V": ["u"], "∇c": ["u"],
    }  # fmt: skip


def test_a_function_without_derivative_is_refused_only_on_the_way():
    """softmax of a matrix has none; the message points to it."""
    lines = "y[t] = A @ x[t]\nP = softmax(A)\nq[t] = P @ x[t]"
    assert set(derived(system(lines, sections("A"), X, HALF))) == {"∇y(t)", "∇A"}
    with pytest.raises(RnncalcError) as caught:
        derived(system(lines, sections("A"), X, TARGETS + "loss: {kind: half-squared-error, output: q}"))
    assert [(d.slug, d.span.text) for d in caught.value.diagnostics] == [("no-adjoint", "softmax(A)")]
