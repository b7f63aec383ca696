"""Comparisons and logic in place, the functions rrelu and bilinear, and layers that are made of them."""
import torch

from .case import core_suite
from .fixture import Input, values
from .layers import layer, recorder

COMPARISONS = ["eq_", "ne_", "lt_", "le_", "gt_", "ge_"]
LOGIC = ["logicalAnd_", "logicalOr_", "logicalXor_"]


def in_place(suite):
    """PyTorch refuses to write to a leaf that requires grad: these run on constants."""
    few = {"low": -2, "high": 3}
    for name in COMPARISONS + LOGIC:
        for dtype in (torch.float32, torch.float64, torch.int32):
            x, y = values(3, 4, dtype=torch.int32, **few).to(dtype), values(4, dtype=torch.int32, seed=1, **few).to(dtype)
            suite.record(name, x, y, after=(0,), grad=False)
        suite.record(name, Input(values(3, 4), [["t"]]), values(4, 3, seed=1), after=(0,), grad=False)
        suite.record(name, torch.tensor([True, False, True]), torch.tensor([True, True, False]), after=(0,), grad=False)
        suite.refuse(name, values(3), values(2, 3))
    for name in COMPARISONS:
        suite.record(name, values(3, 4), 0.5, after=(0,), grad=False)
        suite.record(name, values(3, 4, dtype=torch.int32), 1, after=(0,), grad=False)
    suite.record("logicalNot_", torch.tensor([0.0, -0.0, 2.0]), after=(0,), grad=False)
    suite.record("logicalNot_", torch.tensor([True, False]), after=(0,), grad=False)
    suite.refuse("eq_", values(3), 1, grad=True)


def functions(suite):
    for args in ((), (0.2, 0.6), (0.3, 0.3)):
        suite.record("rrelu", values(3, 4), *args)
    suite.record("rrelu", values(4, dtype=torch.float64))
    weight, bias = values(2, 3, 4, seed="weight"), values(2, seed="bias")
    for shape in ((), (5,), (2, 5), (0,)):
        x, y = values(*shape, 3), values(*shape, 4, seed="second")
        suite.record("bilinear", x, y, weight, tolerance={"rtol": 5e-6, "atol": 5e-7})
        suite.record("bilinear", x, y, weight, bias, tolerance={"rtol": 5e-6, "atol": 5e-7})
    suite.refuse("bilinear", values(5, 3), values(4, 4), weight)
    suite.refuse("bilinear", values(5, 4), values(5, 4), weight)
    suite.refuse("bilinear", values(5, 3), values(5, 4), weight, values(3))


def layers(suite):
    record = recorder(suite)
    exact = {"rtol": 0, "atol": 0}
    for training in (True, False):
        for args in ((), (0.1, 0.9), (0.25, 0.25)):
            record(layer("RReLU", *args), values(4, 6), seed=7, training=training, tolerance=exact if training else None)
        record(layer("RReLU"), values(40), seed=3, training=training, tolerance=exact if training else None)
    record(layer("RReLU"), torch.tensor([1.0, 0.0, -0.0, float("nan")]), seed=1, note=" without a slope below 0")
    record(layer("RReLU"), values(9, dtype=torch.float64), seed=5, tolerance=exact)
    close = {"rtol": 5e-6, "atol": 5e-6}
    record(layer("Softmax2d"), values(3, 2, 4), tolerance=close)
    record(layer("Softmax2d"), values(2, 3, 2, 4), tolerance=close)
    for options in ([], [{"bias": False}]):
        record(layer("Bilinear", 3, 4, 2, *options), values(5, 3), seed=9, others=(values(5, 4, seed="second"),), tolerance=close)
    record(layer("Bilinear", 1, 5, 3), values(2, 2, 1), seed=777, others=(values(2, 2, 5, seed="second"),), tolerance=close)


def generate():
    operations, modules = core_suite("forms"), core_suite("form-layers")
    in_place(operations)
    functions(operations)
    layers(modules)
    return [operations, modules]
