"""onnxruntime on a model of the one function; it has no gradients."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from task import Task, arguments

DTYPES = {
    "f32": (TensorProto.FLOAT, np.float32),
    "f64": (TensorProto.DOUBLE, np.float64),
    "f16": (TensorProto.FLOAT16, np.float16),
}

# Nodes from x to y: operator, inputs, outputs, attributes.
NODES = {
    "relu": [("Relu", "x", "y", {})],
    "leaky_relu": [("LeakyRelu", "x", "y", {"alpha": 0.01})],
    "prelu": [("PRelu", "x slope", "y", {})],
    "hard_tanh": [("Clip", "x minus_one one", "y", {})],
    "hard_sigmoid": [("HardSigmoid", "x", "y", {"alpha": 1 / 6, "beta": 0.5})],
    "hard_swish": [("HardSwish", "x", "y", {})],
    "relu6": [("Clip", "x zero six", "y", {})],
    "softsign": [("Softsign", "x", "y", {})],
    "sigmoid": [("Sigmoid", "x", "y", {})],
    "tanh": [("Tanh", "x", "y", {})],
    "silu": [("Sigmoid", "x", "s", {}), ("Mul", "x s", "y", {})],
    "gelu": [("Gelu", "x", "y", {"approximate": "none"})],
    "gelu_tanh": [("Gelu", "x", "y", {"approximate": "tanh"})],
    "elu": [("Elu", "x", "y", {})],
    "selu": [("Selu", "x", "y", {})],
    "celu": [("Celu", "x", "y", {})],
    "softplus": [("Softplus", "x", "y", {})],
    "log_sigmoid": [("Neg", "x", "a", {}), ("Softplus", "a", "b", {}), ("Neg", "b", "y", {})],
    "mish": [("Mish", "x", "y", {})],
    "glu": [
        ("Split", "x", "a b", {"axis": -1, "num_outputs": 2}),
        ("Sigmoid", "b", "s", {}),
        ("Mul", "a s", "y", {}),
    ],
    "softmax": [("Softmax", "x", "y", {"axis": -1})],
    "log_softmax": [("LogSoftmax", "x", "y", {"axis": -1})],
}

CONSTANTS = {"slope": [0.25], "minus_one": -1.0, "zero": 0.0, "one": 1.0, "six": 6.0}


def model(function: str, kind: int, number: type, shape: tuple, output: tuple) -> bytes:
    """A graph of the function alone."""
    nodes = [
        helper.make_node(operator, inputs.split(), outputs.split(), **attributes)
        for operator, inputs, outputs, attributes in NODES[function]
    ]
    used = {name for node in nodes for name in node.input}
    constants = [
        onnx.numpy_helper.from_array(np.array(value, dtype=number), name)
        for name, value in CONSTANTS.items()
        if name in used
    ]
    graph = helper.make_graph(
        nodes,
        function,
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", kind, output)],
        constants,
    )
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    return whole.SerializeToString()


class Peer:
    def __init__(self, library: str, threads: int) -> None:
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads
        self.options.inter_op_num_threads = 1
        self.options.log_severity_level = 4
        self.version = onnxruntime.__version__

    def session(self, function: str, dtype: str, shape: tuple, output: tuple):
        if dtype not in DTYPES:
            raise NotImplementedError(f"{dtype} has no kernels")
        return onnxruntime.InferenceSession(
            model(function, *DTYPES[dtype], shape, output),
            self.options,
            providers=["CPUExecutionProvider"],
        )

    def prepare(self, place: str, function: str, direction: str, dtype: str, x: np.ndarray) -> Task:
        if place != "apart":
            raise NotImplementedError("a session writes beside its input")
        if direction != "forward":
            raise NotImplementedError("a session has no gradients")
        x, dy = arguments(function, x)
        session = self.session(function, dtype, x.shape, dy.shape)
        number = DTYPES[dtype][1]
        given = onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(x, dtype=number))
        result = onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(dy.shape, dtype=number))
        binding = session.io_binding()
        binding.bind_ortvalue_input("x", given)
        binding.bind_ortvalue_output("y", result)

        def call(keep=(given, result)):
            session.run_with_iobinding(binding)

        return Task(call, "out")

    def evaluate(self, function: str, order: int, x: np.ndarray) -> np.ndarray:
        if order != 0:
            raise NotImplementedError("a session has no gradients")
        return self.session(function, "f32", x.shape, x.shape).run(None, {"x": x})[0]
