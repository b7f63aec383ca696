"""Pointwise operations of one tensor: edge values, gradients, dtypes, views."""
import torch

from .case import core_suite
from .fixture import Input, encode, values
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
DOMAINS = {"log": (0.1, 4), "log2": (0.1, 4), "log10": (0.1, 4), "sqrt": (0.1, 4), "rsqrt": (0.1, 4), "log1p": (-0.9, 2),
           "tan": (-1.3, 1.3), "asin": (-0.95, 0.95), "acos": (-0.95, 0.95), "atanh": (-0.95, 0.95), "erfinv": (-0.95, 0.95),
           "acosh": (1.2, 9), "sinh": (-4, 4), "cosh": (-4, 4), "asinh": (-4, 4), "atan": (-4, 4)}
# Operations whose zero has a sign fixed by IEEE 754, which the runner then checks.
SIGNED = {"neg", "abs", "sqrt", "floor", "ceil", "round", "reciprocal", "sin", "tanh", "expm1", "log1p", "erf", "trunc",
          "tan", "asin", "atan", "sinh", "asinh", "atanh", "erfinv"}
# Numbers near the ends of domains, at kinks of approximations, and far out, beside the edges of all.
ENDS = {
    "tan": [1e-6, -1e-3, 1.5707963, -1.5707964, 3.1415927, 0.7853982, 1e5, -2e6],
    "asin": [1e-6, -1e-3, 0.99999994, -0.99999994, 0.9999, 0.70710677, 1.0000001],
    "acos": [1e-6, -1e-3, 0.99999994, -0.99999994, 0.9999, 0.70710677, 1.0000001],
    "atan": [1e-6, -1e-3, 0.99999994, 1.0000001, -2.4142137, 0.41421357, 1e10, -1e30],
    "sinh": [1e-6, -1e-3, 0.004, 0.006, 1e-20, 88.7, -89.0, 89.4, -89.5, 20.0],
    "cosh": [1e-6, -1e-3, 88.7, -89.0, 89.4, -89.5, 20.0],
    "asinh": [1e-6, -1e-3, 9e-5, 1.1e-4, 1e-20, 1e10, -1e30, 1e19, 1e20],
    "acosh": [1.1, 1.5, 1.0001, 1.0000001, 1e10, 1e19, 1e20, 0.99999994],
    "atanh": [1e-6, -1e-3, 9e-5, 1.1e-4, 1e-20, 0.99999994, -0.99999994, 0.999, 1.0000001],
    "erfinv": [1e-6, -1e-3, 1e-20, 0.7, -0.71, 0.99663, 0.9967, 0.99999994, -0.99999994, 0.9999, 1.0000001],
    "exp2": [1e-6, -126.5, -149.0, -150.5, 127.0, 127.99999, 128.0, 3.0, -3.0],
    "log2": [1e-45, 1e-38, 0.99999994, 1.0000001, 8.0, 0.125, 1024.0, 0.70710677, 1.4142135],
    "log10": [1e-45, 1e-38, 0.99999994, 1.0000001, 1000.0, 0.001, 1e10],
}


def domain(name, shape, dtype=torch.float32):
    low, high = DOMAINS.get(name, (-2, 2))
    return values(*shape, low=low, high=high, seed=name, dtype=dtype)


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
    for name, ends in ENDS.items():
        # Not in PyTorch's float32, which is up to 4 units in the last place off: rounded from its float64.
        exact = getattr(torch, name)(torch.tensor(ends).double())
        case = suite.record(name, torch.tensor(ends), note="at the ends of its domain", grad=False, truth=False)
        case["output"] = encode(exact.float())
        case["tolerance"] = {"rtol": 2.4e-7, "atol": 0}  # 2 to 4 units in the last place
        suite.record(name, torch.tensor(ends[:2]), note="near 0" if ends[0] < 1e-3 else "near its end")
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
