"""Writes onnx/NAME.json: the operators RNN, GRU and LSTM of ONNX, as witnesses of rnncalc. Needs onnx and onnxruntime.

    python tests/witness/make_onnx_fixtures.py

Three sources, told apart by `made_by`:
    onnx VERSION                      the node tests that onnx ships, with `test`, their own name; float32
    onnx VERSION ReferenceEvaluator   the table REFERENCE below, random values; float64
    onnxruntime VERSION               the table RUNTIME below, random values; float32. These are what the
                                      ReferenceEvaluator takes without complaint and ignores (sequence_lens,
                                      input_forget, activations of GRU and LSTM) or refuses (Relu of RNN).

A file holds the operator, the attributes that were set, and the inputs and outputs that were present, by
their names and in their shapes in the specification; numbers of float32 are written out exactly. What the
ReferenceEvaluator returns is compared with onnxruntime first, but for layout = 1, which that refuses.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

FOLDER = Path(__file__).parent / "onnx"
T, SEQUENCES, FEATURES, HIDDEN = 5, 2, 3, 4
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
BOTH = {"direction": "bidirectional"}
HARD = {"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_alpha": [0.25], "activation_beta": [0.5]}

# The operator, the attributes, and the inputs beside X, W, R, B and the initial state.
REFERENCE = {
    "random-rnn": ("RNN", {}),
    "random-rnn-bidirectional": ("RNN", BOTH),
    "random-gru-linear-before-reset-0": ("GRU", {"linear_before_reset": 0}),
    "random-gru-linear-before-reset-1": ("GRU", {"linear_before_reset": 1}),
    "random-gru-bidirectional": ("GRU", BOTH),
    "random-lstm": ("LSTM", {}),
    "random-lstm-peepholes": ("LSTM", {}, "P"),
    "random-lstm-peepholes-bidirectional": ("LSTM", BOTH, "P"),
    "random-lstm-reverse": ("LSTM", {"direction": "reverse"}),
    "random-lstm-batchwise": ("LSTM", {"layout": 1, **BOTH}),
}
RUNTIME = {
    "random-rnn-relu": ("RNN", {"activations": ["Relu"]}),
    "random-rnn-sequence-lens": ("RNN", BOTH, "sequence_lens"),
    "random-gru-sequence-lens": ("GRU", BOTH, "sequence_lens"),
    "random-lstm-sequence-lens": ("LSTM", BOTH, "sequence_lens"),
    "random-lstm-input-forget": ("LSTM", {"input_forget": 1}),
    "random-lstm-input-forget-peepholes": ("LSTM", {"input_forget": 1}, "P"),
    "random-lstm-hard-sigmoid": ("LSTM", HARD),
}


def draw(rng: random.Random, shape: tuple[int, ...]) -> np.ndarray:
    """Multiples of 1/64, which are the same number in float32, in float64 and in the file."""
    return np.array([rng.randint(-96, 96) / 64 for _ in range(np.prod(shape))]).reshape(shape)


def draw_inputs(name: str, op: str, attributes: dict, *extra: str) -> dict[str, np.ndarray]:
    rng, rows = random.Random(name), GATES[op] * HIDDEN
    ways = 2 if attributes.get("direction") == "bidirectional" else 1
    initial = (ways, SEQUENCES, HIDDEN)
    shapes = {"X": (T, SEQUENCES, FEATURES), "W": (ways, rows, FEATURES), "R": (ways, rows, HIDDEN)}
    shapes |= {"B": (ways, 2 * rows), "initial_h": initial} | ({"initial_c": initial} if op == "LSTM" else {})
    if "P" in extra:
        shapes["P"] = (ways, 3 * HIDDEN)
    inputs = {key: draw(rng, shape) for key, shape in shapes.items()}
    if attributes.get("layout"):
        inputs |= {key: inputs[key].swapaxes(0, 1) for key in ("X", "initial_h", "initial_c")}
    if "sequence_lens" in extra:
        inputs["sequence_lens"] = np.array([T, T - 2], np.int32)
    return inputs


def model_of(op: str, attributes: dict, inputs: dict[str, np.ndarray]) -> onnx.ModelProto:
    """A graph of one node with all its outputs; the type of number is that of the inputs."""
    schema = onnx.defs.get_schema(op)
    names = [entry.name if entry.name in inputs else "" for entry in schema.inputs]
    node = helper.make_node(op, names, [entry.name for entry in schema.outputs], **attributes)
    types = {key: helper.np_dtype_to_tensor_dtype(array.dtype) for key, array in inputs.items()}
    takes = [helper.make_tensor_value_info(key, types[key], array.shape) for key, array in inputs.items()]
    returns = [helper.make_tensor_value_info(key, types["X"], None) for key in node.output]
    version = helper.make_opsetid("", schema.since_version)
    return helper.make_model_gen_version(helper.make_graph([node], op, takes, returns), opset_imports=[version])


def by_runtime(op: str, attributes: dict, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    single = {key: array.astype(np.float32) if array.dtype == float else array for key, array in inputs.items()}
    model = model_of(op, attributes, single).SerializeToString()
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, single)


def by_reference(op: str, attributes: dict, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    outputs = ReferenceEvaluator(model_of(op, attributes, inputs)).run(None, inputs)
    if not attributes.get("layout"):
        for reference, runtime in zip(outputs, by_runtime(op, attributes, inputs), strict=True):
            np.testing.assert_allclose(reference, runtime, rtol=0, atol=2e-6)
    return outputs


def write(name: str, facts: dict, inputs: dict[str, np.ndarray], outputs: dict[str, np.ndarray]) -> None:
    record = facts | {"dtype": next(iter(outputs.values())).dtype.name}
    for group, arrays in {"inputs": inputs, "outputs": outputs}.items():
        record[group] = {key: (array + 0).tolist() for key, array in arrays.items()}  # + 0: no negative zeros
    text = json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
    print(f"{name:36} {len(text) / 1000:5.1f} kB")


def write_node_tests() -> None:
    """All that the installed onnx has for the three operators."""
    with np.errstate(all="ignore"):  # the tests of all operators are computed, on infinities too
        cases = [case for case in collect_testcases(None) if case.model.graph.node[0].op_type in GATES]
    for case in cases:
        (node,), (inputs, outputs) = case.model.graph.node, case.data_sets[0]
        values = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
        attributes = {key: value.decode() if isinstance(value, bytes) else value for key, value in values.items()}
        made_by = {"made_by": f"onnx {onnx.__version__}", "test": case.name}
        inputs = dict(zip(filter(None, node.input), inputs, strict=True))
        outputs = dict(zip(filter(None, node.output), outputs, strict=True))
        name = case.name.removeprefix("test_").replace("_", "-")
        write(name, made_by | {"op": node.op_type, "attributes": attributes}, inputs, outputs)


def write_table(table: dict[str, tuple], made_by: str, evaluate) -> None:
    for name, (op, chosen, *extra) in table.items():
        attributes = {"hidden_size": HIDDEN, **chosen}
        inputs = draw_inputs(name, op, attributes, *extra)
        names = [entry.name for entry in onnx.defs.get_schema(op).outputs]
        outputs = dict(zip(names, evaluate(op, attributes, inputs), strict=True))
        write(name, {"made_by": made_by, "op": op, "attributes": attributes}, inputs, outputs)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    write_node_tests()
    write_table(REFERENCE, f"onnx {onnx.__version__} ReferenceEvaluator", by_reference)
    write_table(RUNTIME, f"onnxruntime {onnxruntime.__version__}", by_runtime)


if __name__ == "__main__":
    main()
