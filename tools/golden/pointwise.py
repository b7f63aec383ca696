"""Pointwise operations of one tensor: edge values, gradients, dtypes, views."""
import torch

from .case import core_suite
from .fixture import Input, values
from .ops import UNARY

INF, NAN = float("inf"), float("nan")
EDGES = torch.tensor([0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, 1e-30, -1e-30, 1e-8, -1e-8, 1e-4,
                      3.7, -3.7, 10, -10, 20.5, -20.5, 88.5, -88.5, 1e4, -1e4, 8388609, 3e38, -3e38, INF, -INF, NAN])
ACTIVATIONS = [
    ("leakyRelu",), ("leakyRelu", 0.2), ("leakyRelu", 0), ("elu",), ("elu", 0.5), ("gelu",), ("gelu", {"approximate": "tanh"}), ("silu",),
    ("softplus",), ("softplus", 2), ("softplus", 1, 3), ("clamp", -1, 1), ("clamp", None, 0.5), ("clamp", -0.5),
    ("clamp", 1, -1),
]
# Where the rounded value itself stands at the bound or the kink.
KINKS = torch.tensor([-1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0, NAN])
POSITIVE = {"log", "sqrt", "rsqrt"}
# Operations whose zero has a sign fixed by IEEE 754, which the runner then checks.
SIGNED = {"neg", "abs", "sqrt", "floor", "ceil", "round", "reciprocal", "sin", "tanh", "expm1", "log1p", "erf"}


def domain(name, shape, dtype=torch.float32):
    if name in POSITIVE:
        return values(*shape, low=0.1, high=4, seed=name, dtype=dtype)
    low = -0.9 if name == "log1p" else -2
    return values(*shape, low=low, high=2, seed=name, dtype=dtype)


def edges(suite, name, *args):
    case = suite.record(name, EDGES, *args, note="at the edges", grad=False, tolerance={"atol": 0})
    if name in SIGNED:
        case["signedZero"] = True


def generate():
    suite = core_suite("pointwise")
    for name in UNARY:
        edges(suite, name)
        suite.record(name, domain(name, (3, 5)))
        suite.record(name, domain(name, (7,), torch.float64))
        suite.record(name, Input(domain(name, (4, 6)), [["transpose", 0, 1], ["slice", 0, 1, None, 2]]))
        suite.record(name, domain(name, (2, 1, 3)).select(2, 1).reshape(2), note="of a short vector")
        for dtype in (torch.int32, torch.uint8, torch.bool):
            x = torch.tensor([0, 1, 2, 3, 7]) if dtype != torch.int32 else torch.tensor([0, 1, 2, -3, 7])
            try:
                suite.record(name, x.to(dtype), truth=False)
            except RuntimeError:
                pass  # PyTorch has no such kernel
    for name, *args in ACTIVATIONS:
        # 1 + erf and 1 + tanh cancel far below 0, so the last digits of gelu belong to its scale there.
        exact = {} if name == "gelu" else {"tolerance": {"atol": 0}}
        suite.record(name, EDGES[EDGES.abs() <= 25], *args, note="near zero", grad=False, **exact)
        suite.record(name, EDGES[~(EDGES.abs() <= 25)], *args, note="far out", grad=False, tolerance={"atol": 0})
        suite.record(name, values(3, 5, low=-4, high=4, seed=name), *args)
        suite.record(name, values(6, low=-4, high=4, seed=name, dtype=torch.float64), *args)
    for name, *args in [("abs",), ("sign",), ("relu",), ("square",), *ACTIVATIONS]:
        x = KINKS[:-1] if name == "elu" else KINKS  # the gradients of PyTorch's vector and scalar elu differ at NaN
        suite.record(name, x, *args, note="where the derivative jumps")
    suite.record("sqrt", torch.tensor([0.0, 1e-20, 4.0]), note="at zero")
    suite.record("log", torch.tensor([0.0, 1e-20, -1.0]), note="at zero")
    suite.record("rsqrt", torch.tensor([0.0, 4.0, INF]), note="at zero")
    suite.record("reciprocal", torch.tensor([0.0, -4.0, INF]), note="at zero")
    suite.record("log1p", torch.tensor([-1.0, 0.0, 1e-10, -2.0]), note="at minus one")
    for name in ("exp", "tanh", "sigmoid", "expm1", "erf"):
        right = [2.0] if name == "sigmoid" else [20.0, 80.0]  # 1 - sigmoid(20) has no digits left in float32
        suite.record(name, torch.tensor([-100.0, -20.0, *right]), note="in the tails")
    for name in ("exp", "relu", "neg", "clamp", "gelu"):
        suite.record(name, torch.tensor(0.75), *([0, 0.5] if name == "clamp" else []))
        suite.record(name, torch.zeros(2, 0, 3), *([0, 0.5] if name == "clamp" else []))
    suite.record("clamp", torch.tensor([-3, 0, 5, 9], dtype=torch.int32), 0, 5)
    suite.record("clamp", torch.tensor([-3, 0, 5, 9], dtype=torch.int32), 0.5, 5.5)
    suite.record("clamp", torch.tensor([0, 5, 200], dtype=torch.uint8), 1, 100)
    for dtype in (torch.float32, torch.float64, torch.int32, torch.uint8, torch.bool):
        x = EDGES if dtype == torch.float32 else torch.tensor([0, 1, 2]).to(dtype)
        suite.record("logicalNot", x)
    suite.record("square", torch.tensor([16, 15, 200], dtype=torch.uint8), note="wraps")
    suite.record("exp", Input(values(3, 1), [["expand", 3, 4]]), note="of an expanded view")
    suite.record("sigmoid", Input(values(6, 2), [["flip", 0], ["select", 1, 1]]), note="of a flipped column")
    suite.record("tanh", Input(values(10), [["slice", 0, 3, 9, 2]]), note="of a strided slice")
    suite.record("exp", values(1031, low=-1, high=1), note="over many lanes", grad=False)
    for name in ("clone", "contiguous"):
        suite.record(name, Input(values(3, 4), [["t"]]))
    suite.record("detach", values(3))
    return suite
