"""Write a problem as a script of Keras' recurrent layers that compares every step with ours.

`keras_script` is the one to read first.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem
from rnncalc.recurrences.conventions import read_convention
from rnncalc.recurrences.expand import SUFFIXES
from rnncalc.render.scripts.layers import Kind, Layer, Plan, Strand, filled, heading, output_lines, plan_layers, table
from rnncalc.render.scripts.numpy_numbers import array_source

_GATED = {"activation": ("candidate",), "recurrent_activation": ("gate",)}
KINDS = {
    "elman": (Kind("keras.layers.SimpleRNN", "keras", ("h",), {"activation": ("hidden",)}),),
    "lstm": (Kind("keras.layers.LSTM", "keras", ("h", "c"), {**_GATED, "activation": ("candidate", "hidden")}),),
    "gru": (
        Kind("keras.layers.GRU", "keras", ("h",), _GATED, {"reset_after": "True"}),
        Kind("keras.layers.GRU", "keras-reset-before", ("h",), _GATED, {"reset_after": "False"}),
    ),
}
# what is the same function there; Keras' hard_sigmoid and leaky_relu have other slopes
FUNCTIONS = {
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "relu": "relu",
    "identity": "linear",
    "softplus": "softplus",
    "elu": "elu",
}
OUTPUTS = {
    "identity": "{}",
    "tanh": "np.tanh({})",
    "sigmoid": "1 / (1 + np.exp(-{}))",
    "relu": "np.maximum({}, 0)",
    "softmax": "keras.ops.softmax({})",
}
MERGES = {"concat": "concat", "sum": "sum", "average": "ave", "product": "mul"}
TENSORS = ("kernel", "recurrent_kernel", "bias")  # in the order of set_weights()

SCRIPT = Path(__file__).with_name("keras_script.txt")


def keras_script(problem: Problem, values: Values) -> str:
    """Write the script; `values` are those of the problem's forward pass.

    Raises:
        RnncalcError: slug `not-convertible`.
    """
    plan = plan_layers(problem, values, "Keras", KINDS, FUNCTIONS)
    return filled(
        SCRIPT,
        heading=heading(problem, plan, "keras", "It needs Keras 3 with any backend, and computes in float64."),
        layers="\n\n".join("\n".join(_layer(plan, layer)) for layer in plan.layers),
        given="\n".join(_given(plan)),
        expected="\n".join(table("expected", plan.expected)),
        comparison="\n".join(_comparison(plan)),
    )


def _layer(plan: Plan, layer: Layer) -> Iterator[str]:
    """Build a layer, and write its weights by the names that Keras gives them."""
    arguments = {**plan.arguments, **({} if plan.has_bias else {"use_bias": "False"})}
    arguments |= {"return_sequences": "True", "return_state": "True"}
    written = ", ".join([str(layer.n_units), *(f"{key}={value}" for key, value in arguments.items())])
    source = f"{plan.kind.name}({written})"
    if len(layer.strands) > 1:
        source = f'keras.layers.Bidirectional(\n    {source}, merge_mode="{MERGES[plan.merge]}"\n)'
    yield f"layer{layer.mark} = {source}"
    ways = read_convention(plan.kind.convention).directions
    prefixes = ways if len(layer.strands) > 1 else ("",)
    names = {f"{way}{tensor}": f"{way}{tensor}{layer.mark}" for way in prefixes for tensor in TENSORS}
    packed = plan.converted.packed
    yield from table(
        f"weights{layer.mark}", {name: packed[packed_as] for name, packed_as in names.items() if packed_as in packed}
    )


def _given(plan: Plan) -> Iterator[str]:
    yield "# inputs, [sequence][time][feature]"
    yield f"x = np.array({array_source(plan.x)})"
    yield "# what the states start from, [sequence][unit]"
    yield from table("start", plan.starts)
    yield "start = {name: np.array(value) for name, value in start.items()}"
    if plan.output:
        yield f"output_weight = np.array({array_source(plan.output.weight)})"
        if plan.output.bias is not None:
            yield f"output_bias = np.array({array_source(plan.output.bias)})"


def _comparison(plan: Plan) -> Iterator[str]:
    """Run layer after layer, then the states that a layer does not show, then the output layer."""
    below = "x"
    for layer in plan.layers:
        name = f"layer{layer.mark}"
        starts = ", ".join(f'start["{state}"]' for strand in layer.strands for state in strand.states.values())
        reverse = len(layer.strands) == 1 and layer.strands[0].reverse
        turned = "[:, ::-1]" * reverse
        yield f"{name}.build({below}.shape)"
        yield f"{name}.set_weights([np.array(value) for value in weights{layer.mark}.values()])"
        if reverse:
            yield "# the steps run from the last to the first"
        yield f"{layer.passes}, *_ = {name}({below}{turned}, initial_state=[{starts}])"
        yield f"{layer.passes} = keras.ops.convert_to_numpy({layer.passes}){turned}"
        yield f'compare("{layer.passes}", {layer.passes})'
        for strand in layer.strands:
            yield from _inside(plan, layer, strand, below)
        below = layer.passes
    yield from output_lines(plan, OUTPUTS)


def _inside(plan: Plan, layer: Layer, strand: Strand, below: str) -> Iterator[str]:
    """Compare the states that the layer itself does not show."""
    names = list(strand.states.values())
    hidden = [name for name in names if name != layer.passes]
    if not hidden:
        return
    part = (
        "" if len(layer.strands) == 1 else (".forward_layer", ".backward_layer")[SUFFIXES["both"].index(strand.suffix)]
    )
    starts = ", ".join(f'start["{name}"]' for name in names)
    taken = ", ".join(name if name in hidden else "_" for name in names)
    backwards = ", backwards=True" * strand.reverse
    yield f"{taken}{',' * (len(names) == 1)} = one_by_one(layer{layer.mark}{part}, {below}, [{starts}]{backwards})"
    yield from (f'compare("{name}", {name})' for name in hidden)
