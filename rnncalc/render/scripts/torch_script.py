"""Write a problem as a script of PyTorch's recurrent layers that compares every step with ours.

`torch_script` is the one to read first. One module has all layers where
PyTorch can stack them, else there is one for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rnncalc.compute.values import Values
from rnncalc.problem.problem import Problem
from rnncalc.render.scripts.layers import Kind, Layer, Plan, Strand, filled, heading, output_lines, plan_layers, table
from rnncalc.render.scripts.numpy_numbers import array_source

KINDS = {
    "elman": (Kind("torch.nn.RNN", "pytorch", ("h",), {"nonlinearity": ("hidden",)}),),
    "lstm": (Kind("torch.nn.LSTM", "pytorch", ("h", "c")),),
    "gru": (Kind("torch.nn.GRU", "pytorch", ("h",)),),
}
FUNCTIONS = {"tanh": "tanh", "relu": "relu"}
OUTPUTS = {
    "identity": "{}",
    "tanh": "torch.tanh({})",
    "sigmoid": "torch.sigmoid({})",
    "relu": "torch.relu({})",
    "softmax": "torch.softmax({}, -1)",
}
MERGES = {
    "concat": "torch.cat([{0}, {1}], -1)",
    "sum": "{0} + {1}",
    "average": "({0} + {1}) / 2",
    "product": "{0} * {1}",
}

SCRIPT, STEPS = (Path(__file__).with_name(f"torch_{part}.txt") for part in ("script", "steps"))


def torch_script(problem: Problem, values: Values) -> str:
    """Write the script; `values` are those of the problem's forward pass.

    Raises:
        RnncalcError: slug `not-convertible`.
    """
    plan = plan_layers(problem, values, "PyTorch", KINDS, FUNCTIONS)
    modules = _modules(plan)
    return filled(
        SCRIPT,
        heading=heading(problem, plan, "torch", "It needs PyTorch alone, and computes in float64."),
        modules="\n\n".join("\n".join(_module(plan, name, layers)) for name, layers in modules),
        given="\n".join(_given(plan)),
        expected="\n".join(table("expected", plan.expected)),
        steps=_one_by_one(plan) if _has_inner_states(plan) else "",
        comparison="\n    ".join(_comparison(plan, modules)),
    )


def _has_inner_states(plan: Plan) -> bool:
    """Tell whether there are states that the output of a module does not show."""
    return len(plan.layers) > 1 or len(plan.kind.states) > 1


def _modules(plan: Plan) -> list[tuple[str, tuple[Layer, ...]]]:
    """Share the layers out among modules: all in one where their sizes are the same and directions are joined."""
    one_size = len({layer.n_units for layer in plan.layers}) == 1
    joined = len(plan.layers[0].strands) == 1 or plan.merge == "concat"
    if len(plan.layers) == 1 or one_size and joined:
        return [("net", plan.layers)]
    return [(f"net{layer.number}", (layer,)) for layer in plan.layers]


def _module(plan: Plan, name: str, layers: tuple[Layer, ...]) -> Iterator[str]:
    """Build a module and load its weights."""
    first = layers[0]
    arguments = {"num_layers": str(len(layers))} if len(layers) > 1 else {}
    arguments |= plan.arguments
    arguments |= {} if plan.has_bias else {"bias": "False"}
    arguments |= {"bidirectional": "True"} if len(first.strands) > 1 else {}
    written = "".join(f", {key}={value}" for key, value in {**arguments, "batch_first": "True"}.items())
    yield f"{name} = {plan.kind.name}({first.n_in}, {first.n_units}{written})"
    numbers = {layer.number - 1 for layer in layers}
    packed = {_split(own): array for own, array in plan.converted.packed.items()}
    own = {f"{root}_l{at - min(numbers)}{way}": array for (root, at, way), array in packed.items() if at in numbers}
    yield from table(f"{name}_weights", own)
    yield f"{name}.load_state_dict({{key: torch.tensor(value) for key, value in {name}_weights.items()}})"


def _split(name: str) -> tuple[str, int, str]:
    """Split weight_ih_l1_reverse: its root, the layer from 0, the direction."""
    root, layer, way = re.fullmatch(r"(\w+?)_l(\d+)(\w*)", name).groups()
    return root, int(layer), way


def _given(plan: Plan) -> Iterator[str]:
    yield "# inputs, [sequence][time][feature]"
    yield f"x = torch.tensor({array_source(plan.x)})"
    yield "# what the states start from, [sequence][unit]"
    yield from table("start", plan.starts)
    yield "start = {name: torch.tensor(value) for name, value in start.items()}"
    if plan.output:
        yield f"output_weight = torch.tensor({array_source(plan.output.weight)})"
        if plan.output.bias is not None:
            yield f"output_bias = torch.tensor({array_source(plan.output.bias)})"


def _one_by_one(plan: Plan) -> str:
    step = "cell(x[:, t], states)" if len(plan.kind.states) > 1 else "(cell(x[:, t], *states),)"
    arguments = "".join(f", {key}={value}" for key, value in plan.arguments.items())
    return filled(STEPS, layer=plan.kind.name, arguments=arguments, step=step)


def _comparison(plan: Plan, modules: list[tuple[str, tuple[Layer, ...]]]) -> Iterator[str]:
    """Compare the outputs of the modules, then the states inside, then the output layer."""
    below, inner = "x", []
    for net, layers in modules:
        top = layers[-1]
        yield from _run(plan, net, layers, below)
        shown = [strand.states["h"] for strand in top.strands]
        yield from _merged(plan, top)
        yield from (f'compare("{name}", {name})' for name in dict.fromkeys([*shown, top.passes]))
        for layer in layers:
            inner.append((net, layers[0].number, below, layer))
            below = layer.passes
    if _has_inner_states(plan):
        yield "# the states that the outputs do not show"
        shown = {strand.states["h"] for _, layers in modules for strand in layers[-1].strands}
        for net, first, below_this, layer in inner:
            yield from _inside(plan, net, layer.number - first, below_this, layer, shown)
    yield from output_lines(plan, OUTPUTS)


def _run(plan: Plan, net: str, layers: tuple[Layer, ...], below: str) -> Iterator[str]:
    """Run a module on a whole sequence."""
    starts = [f"{state}_0" for state in plan.kind.states]
    for state, start in zip(plan.kind.states, starts, strict=True):
        names = (f'start["{strand.states[state]}"]' for layer in layers for strand in layer.strands)
        yield f"{start} = torch.stack([{', '.join(names)}])"
    (one, *both), first = layers[-1].strands, starts[0]
    states = first if len(starts) == 1 else f"({', '.join(starts)})"
    if both:
        yield f"output, _ = {net}({below}, {states})"
        yield f"{one.states['h']}, {both[0].states['h']} = output.chunk(2, -1)"
    elif one.reverse:
        yield f"output, _ = {net}({below}.flip(1), {states})  # the steps run from the last to the first"
        yield f"{one.states['h']} = output.flip(1)"
    else:
        yield f"{one.states['h']}, _ = {net}({below}, {states})"


def _merged(plan: Plan, layer: Layer) -> Iterator[str]:
    if len(layer.strands) > 1:
        yield f"{layer.passes} = {MERGES[plan.merge].format(*(strand.states['h'] for strand in layer.strands))}"


def _inside(plan: Plan, net: str, at: int, below: str, layer: Layer, shown: set[str]) -> Iterator[str]:
    """Run the directions of a layer step by step, and compare what is not shown yet."""
    known = {*shown, layer.passes} if shown & {strand.states["h"] for strand in layer.strands} else set()
    for strand in layer.strands:
        yield _steps(net, at, below, strand)
    yield from _merged(plan, layer)
    names = [name for strand in layer.strands for name in strand.states.values()]
    names = dict.fromkeys([*names, layer.passes])
    yield from (f'compare("{name}", {name})' for name in names if name not in known)


def _steps(net: str, at: int, below: str, strand: Strand) -> str:
    names, starts = list(strand.states.values()), [f'start["{name}"]' for name in strand.states.values()]
    suffix = f"_l{at}" + "_reverse" * (strand.suffix == "_bwd")
    backwards = ", backwards=True" * strand.reverse
    taken = f"{', '.join(names)}," if len(names) == 1 else ", ".join(names)
    given = f"({starts[0]},)" if len(starts) == 1 else f"({', '.join(starts)})"
    return f'{taken} = one_by_one({net}, "{suffix}", {below}, {given}{backwards})'
