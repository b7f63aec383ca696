"""Binary operations, comparisons and where: edge values, broadcasting, type promotion, numbers, gradients."""
import itertools

import torch

from .case import core_suite
from .fixture import NAMED, Input, encode, values
from .ops import BINARY, COMPARE, DIVISIONS, METHODS

INF, NAN = float("inf"), float("nan")
SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, -2.5, 3.0, 1e-30, 3e38, INF, -INF, NAN]
GRID = list(itertools.product(SPECIAL, SPECIAL))
LEFT, RIGHT = (torch.tensor(column) for column in zip(*GRID))
LOGICAL = ["logicalAnd", "logicalOr", "logicalXor"]
EXTREME = ["maximum", "minimum"]
BROADCASTS = [((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 1, 3), (4, 1)), ((), (2, 3)), ((2, 3), ()), ((), ()), ((1,), (5,)),
              ((2, 3), (2, 3)), ((0, 3), (3,)), ((2, 0), (1,)), ((1, 0), (3, 1)), ((4, 1, 1, 2), (3, 2))]
# One small value of each dtype, so that results stay inside every integer range.
SAMPLES = {"bool": [1, 0, 1], "uint8": [3, 7, 2], "int32": [-3, 7, 2], "float32": [0.5, -2, 3], "float64": [0.1, -2, 3]}


def positive(*shape, seed=0, dtype=torch.float32):
    return values(*shape, low=0.3, high=3, seed=seed, dtype=dtype)


def operand_pair(name, a, b, dtype=torch.float32):
    draw = positive if name == "pow" else values
    right = positive(*b, seed="right", dtype=dtype) if name in {"div", *DIVISIONS} else values(*b, seed="right", dtype=dtype)
    return draw(*a, seed="left", dtype=dtype), right


def exact(name, left, right):
    """The result of float64, rounded: PyTorch's vector fmod of float32 is NaN for long quotients, and its scalar one is not."""
    return encode(METHODS[name](left.double(), right.double()).float())


def arithmetic(suite):
    for name in BINARY + EXTREME + DIVISIONS + ["atan2"]:
        case = suite.record(name, LEFT, RIGHT, note="on a grid of edges", grad=False, tolerance={"atol": 0}, truth=name not in DIVISIONS)
        if name in DIVISIONS:
            case["output"] = exact(name, LEFT, RIGHT)
        if name in {"add", "sub", "mul", "div", "atan2", *DIVISIONS}:
            case["signedZero"] = True
        for a, b in BROADCASTS:
            suite.record(name, *operand_pair(name, a, b))
        suite.record(name, *operand_pair(name, (5,), (5,), torch.float64))
        x, y = operand_pair(name, (4, 3), (3, 4))
        suite.record(name, Input(x, [["transpose", 0, 1]]), Input(y, [["slice", 1, 0, None, 1]]))
        suite.record(name, Input(x, [["slice", 0, 1, None, 2]]), Input(y, [["t"], ["slice", 0, 0, 2]]))
        suite.record(name, Input(x, grad=False), Input(y, [["t"]]), note="with one constant")
        suite.record(name, Input(x), Input(y, [["t"]], grad=False), note="with one constant")
        if name == "atan2":
            continue  # of tensors alone
        for number in (2, -1, 0.5, 0):
            if not (name in {"div", *DIVISIONS} and number == 0):
                suite.record(name, operand_pair(name, (2, 3), ())[0], number)
        if name != "div":
            suite.record(name, torch.tensor([1.0, -1.0, INF, NAN]), 3)


def powers(suite):
    base = torch.tensor([0.0, 1.0, -1.0, 2.0, -2.5, 0.5])
    for exponent in (0, 1, 2, 3, 4, -1, -2, 0.5, -0.5, 2.5):
        suite.record("pow", base, exponent, note="at zero and below", tolerance={"atol": 0})
    suite.record("pow", torch.tensor([0.0, 0.0, 2.0, -2.0, 3.0]), torch.tensor([0.0, 2.0, 0.0, 3.0, -1.0]),
                 note="gradients at zero")
    suite.record("pow", torch.tensor([2, -3, 0, 7], dtype=torch.int32), 3)
    suite.record("pow", torch.tensor([2, -3, 0, 7], dtype=torch.int32), 0)
    suite.record("pow", torch.tensor([2, 3, 0, 7], dtype=torch.int32), 0.5)
    suite.record("pow", torch.tensor([2, -3, 0, 7], dtype=torch.int32), torch.tensor([0, 3, 2, 4], dtype=torch.int32))
    suite.record("pow", torch.tensor([3, 15, 16], dtype=torch.uint8), 2, note="wraps")
    suite.refuse("pow", torch.tensor([2, 3], dtype=torch.int32), -1)


def divisions(suite):
    x = torch.tensor([7.5, -7.5, 7.5, -7.5, 6, -6, 0.0, -0.0, 1e-40, 5, 5, -5])
    y = torch.tensor([2, 2, -2, -2, 3, 3, 2, 2, 1, INF, -INF, INF])
    far, near = torch.tensor([1e9, 1e20, -1e30, 3e38, 16777216, 1e10, -1e10]), torch.tensor([0.3, 7.0, 0.1, 1e-30, 3, 3, 3e-5])
    a = torch.tensor([7, -7, 7, -7, 6, -6, 0, 2147483647, -2147483648, -2147483648, 5, -5], dtype=torch.int32)
    b = torch.tensor([2, 2, -2, -2, 3, 3, 5, -2, 3, 2147483647, -2147483648, 2147483647], dtype=torch.int32)
    u, v = torch.tensor([200, 3, 0, 255, 7], dtype=torch.uint8), torch.tensor([7, 5, 1, 2, 200], dtype=torch.uint8)
    p = torch.tensor([True, False])
    for name in DIVISIONS:
        for dtype in (torch.float32, torch.float64):
            case = suite.record(name, x.to(dtype), y.to(dtype), note="of both signs")
            case["signedZero"] = True
            suite.record(name, x.to(dtype), 2.5)
            suite.record(name, x.to(dtype), 0, note="by zero", grad=False)
            suite.record(name, x.to(dtype), torch.zeros(12, dtype=dtype), note="by zero", grad=False)
        case = suite.record(name, far, near, note="with long quotients", tolerance={"atol": 0}, grad=False, truth=False)
        case["output"] = exact(name, far, near)
        suite.record(name, torch.tensor([1e5, -3e6, 12345.678]).repeat(100), torch.tensor([0.7, 0.3, -1.1]).repeat(100), grad=False)
        suite.record(name, a, b, truth=False)
        suite.record(name, a.reshape(3, 4), b[:4], truth=False, note="broadcast")
        for number in (2, -3, 7):
            suite.record(name, a, number, truth=False)
        suite.record(name, a, 2.5)
        suite.record(name, u, v)
        suite.record(name, u, 3)
        suite.record(name, u, b[:5], truth=False, note="of two integer dtypes")
        suite.record(name, p, v[:2], note="of a bool")
        suite.refuse(name, p, p, expected=f"{name}: expected numeric operands")
        zero = f"{name}: expected integers other than 0 to divide by, got 0"
        suite.refuse(name, a, torch.tensor([1, 2, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1], dtype=torch.int32), expected=f"{zero} at element 2")
        suite.refuse(name, u, torch.tensor([1, 2, 3, 0, 1], dtype=torch.uint8), expected=f"{zero} at element 3")
        suite.refuse(name, a, 0, expected=zero)
    for mode in ("trunc", "floor"):
        for left, right in ((x, y), (a, b), (u, v), (x, 2.5), (a, 3), (a, 2.5)):
            suite.record("div", left, right, {"roundingMode": mode}, truth=False)
    suite.refuse("div", x, y, {"roundingMode": "up"}, expected="div: expected roundingMode to be")
    for dtype in (torch.int32, torch.uint8, torch.bool):
        suite.record("atan2", torch.tensor([0, 1, 1, 0]).to(dtype), torch.tensor([0, 0, 1, 1]).to(dtype))
    suite.record("atan2", torch.tensor([1e-20, 1e30, -1e30, 0.0, 1.0, -1.0]), torch.tensor([1e-20, 1e30, 1e-30, -1.0, -0.0, 0.0]),
                 note="far out", grad=False)


def integers(suite):
    a = torch.tensor([7, -7, 2147483647, 0], dtype=torch.int32)
    b = torch.tensor([2, 2, 1, 5], dtype=torch.int32)
    for name in ("add", "sub", "mul", "div", *EXTREME):
        suite.record(name, a, b - int(name == "add"), truth=False)  # a sum beyond int32 is refused
    suite.record("div", torch.tensor([1, 0, -1], dtype=torch.int32), torch.zeros(3, dtype=torch.int32), note="by zero")
    u, v = torch.tensor([200, 3, 0], dtype=torch.uint8), torch.tensor([100, 5, 1], dtype=torch.uint8)
    for name in ("add", "sub", "mul", "div", *EXTREME):
        suite.record(name, u, v)
    p, q = torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False])
    for name in ("add", "mul", "div", *EXTREME):
        suite.record(name, p, q)
    suite.refuse("sub", p, q)
    for name in LOGICAL + COMPARE:
        suite.record(name, p, q)


def promotion(suite):
    for a, b in itertools.product(NAMED, NAMED):
        x, y = (torch.tensor(SAMPLES[d]).to(NAMED[d]) for d in (a, b))
        suite.record("add", x, y, grad=False)
        suite.record("add", x, y[0], grad=False)
        suite.record("add", x[0].clone(), y, grad=False)
        suite.record("mul", x[0].clone(), y[2].clone(), grad=False)
        suite.record("div", x, y[2:], grad=False)
        suite.record("maximum", x, y, grad=False)
        if (a, b) != ("bool", "bool"):
            suite.record("floorDivide", x, y.clamp(min=1) if b != "bool" else torch.ones(3, dtype=torch.bool), grad=False)
        suite.record("lt", x, y)
        suite.record("where", torch.tensor([True, False, True]), x, y, grad=False, function=True)
    for dtype in NAMED:
        x = torch.tensor(SAMPLES[dtype]).to(NAMED[dtype])
        for number in (2, 0.5):
            suite.record("add", x, number, grad=False)
            suite.record("mul", x[0].clone(), number, grad=False)
            suite.record("div", x, number, grad=False)
            suite.record("pow", x, number, grad=False)
            suite.record("remainder", x.int() if dtype == "bool" else x, number, grad=False)
            suite.record("eq", x, number)
            suite.record("where", torch.tensor([True, False, True]), x, number, grad=False, function=True)
    # A gradient comes back in the dtype of its input.
    suite.record("mul", values(3), values(3, seed=1, dtype=torch.float64))
    suite.record("add", values(3), values(1, seed=1, dtype=torch.float64)[0])
    suite.record("mul", values(2, 3), torch.tensor([1, 0, 2], dtype=torch.int32))
    suite.record("div", values(2, 3), torch.tensor([True, True, True]))


def comparisons(suite):
    for name in COMPARE + LOGICAL:
        suite.record(name, LEFT, RIGHT, note="on a grid of edges")
        suite.record(name, values(2, 1, 3, dtype=torch.int32), values(2, 3, seed=1, dtype=torch.int32))
        suite.record(name, values(4, dtype=torch.float64), values(4, seed=1))
        suite.record(name, values(0, 2), values(2))
        if name in COMPARE:
            suite.record(name, torch.tensor([-1, 0, 1], dtype=torch.int32), 0)
            suite.record(name, torch.tensor([-1.0, 0.5, NAN]), 0.5)
        suite.record(name, Input(values(3, 4), [["t"]]), Input(values(4, 3, seed=1)))


def extremes(suite):
    x = torch.tensor([1.0, 2.0, 3.0, 0.0, -0.0])
    y = torch.tensor([1.0, 3.0, 2.0, -0.0, 0.0])
    for name in EXTREME:
        suite.record(name, x, y, note="with ties")
        suite.record(name, torch.tensor([1.0, NAN, 2.0]), torch.tensor([NAN, 1.0, 2.0]), note="with NaN")


def selection(suite):
    c = torch.tensor([[True, False, True], [False, False, True]])
    suite.record("where", c, values(2, 3), values(2, 3, seed=1), function=True)
    suite.record("where", c, values(3), values(2, 1, seed=1), function=True)
    suite.record("where", c[0], values(2, 3), values(1)[0], function=True)
    suite.record("where", c[:, :1], values(1, 3), values(2, 3, seed=1), function=True)
    suite.record("where", c, values(2, 3), 0, function=True)
    suite.record("where", c, 1.5, values(2, 3), function=True)
    suite.record("where", c, torch.full((2, 3), NAN), values(2, 3), function=True)
    suite.record("where", Input(torch.tensor([[True, False], [False, True], [True, True]]), [["t"]]), values(2, 3),
                 values(2, 3, seed=1), function=True)
    suite.record("where", values(2, 3), c, values(2, 3, seed=1), function=False)
    suite.record("where", values(2, 3), c, 0.0, function=False)
    suite.record("where", torch.zeros(0, 3), torch.zeros(0, 3, dtype=torch.bool), torch.zeros(3), function=False)


def generate():
    arith = core_suite("binary")
    for fill in (arithmetic, powers, divisions, integers, comparisons, extremes, selection):
        fill(arith)
    table = core_suite("promotion")
    promotion(table)
    return [arith, table]
