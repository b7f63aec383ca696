"""Operations where rules meet their limits: NaN and infinities, zeros, scalars, nothing at all, bounds of dtypes, kinks.

The gradients there are PyTorch's, whatever a limit would be.
"""
import torch

from .autograd import record as record_program
from .case import core_suite
from .fixture import values

INF, NAN = float("inf"), float("nan")
FLOATS = (torch.float32, torch.float64)
INTEGERS = (torch.int32, torch.uint8)
ALL = (*FLOATS, *INTEGERS, torch.bool)
EXACT = {"atol": 0}


def t(*data, dtype=torch.float32):
    return torch.tensor(data, dtype=dtype)


def i32(*data):
    return torch.tensor(data, dtype=torch.int32)


def powers(suite):
    x = t(0.0, -0.0, 1, -1, 4, -4, INF, -INF, NAN, 1e-30, 1e30)
    for p in (0.5, -0.5):
        case = suite.record("pow", x, p, note="of edge values", tolerance=EXACT)
        case["signedZero"] = True
        suite.record("pow", x.double(), p, note="of edge values", tolerance=EXACT)
    base, exponent = i32(1, -1, -1, 0, 2, -3, 5, 1), i32(-1, -1, -2, -1, -2, -1, 0, -2147483648)
    suite.record("pow", base, exponent, note="of negative exponents", truth=False)
    suite.record("pow", t(1, 0, 2, dtype=torch.uint8), i32(-1, -1, -2), note="of negative exponents", truth=False)
    suite.record("pow", t(0.5, 2, 3), t(2, 0.5, -1, dtype=torch.float64), note="of two float dtypes")
    suite.record("pow", i32(2, 3, 5), t(2, 0.5, -1, dtype=torch.float64), note="of an integer")
    suite.record("pow", t(0.0, 2.0, 0.0), t(0.0, 3.0, 1.0), note="at 0 to the power of 0")


def bounds(suite):
    x = t(-0.5, 0.0, 0.5, 1.0, 1.5, NAN, INF, -INF)
    for low, high in ((0, 1), (0, None), (None, 1), (0.5, 0.5)):
        suite.record("clamp", x, low, high, note="at its bounds")
    suite.record("clamp", t(0, 5, 255, dtype=torch.uint8), None, 300, note="beyond the dtype", truth=False)
    suite.refuse("clamp", t(0, 5, dtype=torch.uint8), 1, -1, expected="clamp: expected numbers in [0, 255] for uint8, got -1")
    for name in ("amax", "amin"):
        for x in (t(1, NAN, 2), t(NAN, NAN), t(3, 3, 1), t(INF, INF, 0), t(-INF, -INF)):
            suite.record(name, x)
            suite.record("max" if name == "amax" else "min", x)
        suite.record(name, torch.tensor([[INF, INF, 1], [NAN, NAN, 3]]), 1)
        suite.record(name, torch.tensor(NAN))
    for data in ([2.0, 0, 3, 4], [0.0, 0, 3], [5.0], [[1, 0], [3, 0], [2, 5]], [[0.0, 2], [0, 3]]):
        x = torch.tensor(data)
        suite.record("prod", x, note="with zeros")
        suite.record("prod", x, -1, {"keepdim": True}, note="with zeros")
    suite.record("prod", torch.zeros(2, 0, 3), 1)
    suite.record("prod", values(2, 3, 4), 1)
    suite.record("prod", torch.tensor(2.0))


def norms(suite):
    for p in (0.5, 1, 1.5, 2, 3, 0, -1, -2, INF, -INF):
        suite.record("norm", torch.tensor([[1.0, 0, 2], [3, -3, 1]]), p, note="with a zero")
        suite.record("norm", torch.tensor([[1.0, 0, 2], [3, -3, 1]]), p, 0, note="with a zero")
        suite.record("norm", torch.zeros(3), p, note="of zeros")
        suite.record("norm", t(1, NAN, 2), p, note="with NaN")
        suite.record("norm", t(INF, 1, 2), p, note="with infinity")
    for p in (-1, INF, -INF):
        suite.refuse("norm", torch.zeros(0), p)
    for name in ("var", "std"):
        for correction in (0, 1, 2, 3, 5):
            suite.record(name, torch.tensor([[1.0, 0], [3, 4], [3, 7]]), 1, {"correction": correction})
            suite.record(name, t(1, 5), None, {"correction": correction})
        suite.record(name, t(INF, 1, 2))
        suite.record(name, t(2, 2, 2), note="of equal elements")
        suite.record(name, torch.tensor(3.0))
        suite.record(name, torch.zeros(0, 3), 0)
    suite.record("std", t(1e-30, -1e-30, 3e-30), note="of tiny elements")
    suite.record("std", t(1e30, -1e30, 3e30), note="of huge elements", grad=False)


def sums(suite):
    for dtype in (*FLOATS, torch.int32, torch.uint8):
        suite.record("logsumexp", torch.tensor([[1, 0, 2], [3, 3, 1]]).to(dtype), 0)
        suite.record("logsumexp", torch.zeros(2, 0).to(dtype), 1, note="of nothing")
    suite.record("logsumexp", torch.zeros(0, 3), 0, note="of nothing")
    suite.record("logsumexp", t(255, 255, 1, dtype=torch.uint8), 0)
    suite.record("logsumexp", t(-INF, -INF), 0)
    suite.record("sum", t(255, 255, 1, dtype=torch.uint8))
    suite.record("cumsum", t(255, 255, 1, dtype=torch.uint8), 0)
    suite.record("prod", t(255, 255, 1, dtype=torch.uint8))
    suite.record("sum", t(True, True, False, dtype=torch.bool))
    suite.record("cumsum", t(True, True, False, dtype=torch.bool), 0)
    suite.record("prod", t(True, True, False, dtype=torch.bool))
    suite.record("sum", i32(2147483647, -5, 5))
    for shape in ((0, 3), (2, 3, 0), (0, 3, 2)):
        statistics = {"runningMean": t(1, 2, 3), "runningVar": t(4, 5, 6), "weight": t(2, 2, 2), "bias": t(1, 1, 1)}
        suite.record("batchNorm", torch.zeros(shape), statistics | {"training": True}, note="of nothing", after=(1, 2), grad=False)
        suite.record("batchNorm", torch.zeros(shape), statistics, note="of nothing", grad=False)


def fills(suite):
    mask = t(True, False, True, dtype=torch.bool)
    for dtype in ALL:
        x = t(1, 1, 1).to(dtype)
        for value in (0, 1, 2.5, -2.5) if dtype != torch.uint8 else (0, 1, 2.5):
            suite.record("maskedFill", x, mask, value)
    suite.record("maskedFill", t(True, True, dtype=torch.bool), t(True, False, dtype=torch.bool), NAN)
    suite.record("maskedFill", torch.tensor(1), mask, 3, truth=False)
    suite.record("maskedFill", torch.ones(1, 3), torch.tensor([[True], [False]]), 2)
    wrong = ((torch.int32, 2147483648), (torch.int32, NAN), (torch.uint8, 256), (torch.uint8, INF))
    for dtype, value in wrong:
        x = t(1, 1, 1).to(dtype)
        suite.refuse("maskedFill", x, mask, value, expected="maskedFill: expected numbers in")
        suite.refuse("fill_", x, value, expected="fill_: expected numbers in")
        suite.refuse("full", [2], value, {"dtype": "uint8" if dtype == torch.uint8 else "int32"}, expected="full: expected numbers in")
    suite.refuse("fill_", t(1), 1e39, expected="fill_: expected numbers for float32, got 1e+39")
    suite.record("pad", i32(1, 2), [1, 1], 2.5)
    for bounds in ((0.5, 3.5, 1), (0, 3, 0.75), (-2.5, 3, 1), (5, 0, -1.5)):
        suite.record("arange", *bounds, {"dtype": "int32"})
    for bounds in ((0, 10, 4), (0.9, 10.9, 4), (2.5, 7.9, 4), (-2.9, 2.9, 5), (0, 255, 3)):
        suite.record("linspace", *bounds, {"dtype": "int32"})
    suite.refuse("linspace", 0, 300, 3, {"dtype": "uint8"})
    suite.refuse("linspace", NAN, 1, 2, {"dtype": "int32"})


def places(suite):
    scalar = torch.tensor(3.0)
    suite.record("gather", scalar, 0, torch.tensor(0, dtype=torch.int32))
    suite.record("gather", scalar, 0, i32(0, 0))
    suite.record("gather", t(3, 4), 0, torch.tensor(1, dtype=torch.int32))
    suite.refuse("gather", scalar, 0, torch.zeros(1, 1, dtype=torch.int32))
    suite.record("scatterAdd", scalar, 0, i32(0, 0), t(1, 2))
    suite.record("scatterAdd", t(1), 0, torch.tensor(0, dtype=torch.int32), torch.tensor(5.0))
    suite.record("scatterAdd", torch.tensor(1.0), 0, torch.tensor(0, dtype=torch.int32), torch.tensor(5.0))
    for shape in ((0,), (5, 0, 2), (2, 0)):
        nothing = torch.zeros(shape, dtype=torch.int32)
        suite.record("gather", torch.ones(2, 3), 0, nothing)
        suite.record("scatterAdd", torch.ones(2, 3), 0, nothing, torch.ones(shape))
    for dtype in ALL:
        suite.record("scatterAdd", t(1, 0, 1).to(dtype), 0, i32(0, 0, 1), t(1, 1, 0).to(dtype))
    suite.refuse("scatterAdd", torch.zeros(0), 0, i32(0), t(1))
    suite.record("indexSelect", scalar, 0, i32(0))
    suite.refuse("indexSelect", scalar, 0, i32(0, 0))
    suite.refuse("indexSelect", scalar, 0, torch.zeros(0, dtype=torch.int32))
    for dtype in ALL:
        suite.record("select", torch.zeros(4, 0, dtype=dtype), 0, -1)
        suite.record("chunk", torch.zeros(4, 0, dtype=dtype), 3)
        suite.record("split", torch.zeros(4, 0, dtype=dtype), 1)
    suite.record("narrow", torch.zeros(4, 0), 0, 2, 2)
    suite.record("slice", torch.zeros(4, 0), 0, 1, None, 2)
    suite.record("slice", values(4, 3), 0, 4, None)


def refusals(suite):
    flag = t(True, False, dtype=torch.bool)
    for dtype in ALL:
        suite.refuse("sub", t(1, 1).to(dtype), flag, expected="sub: expected numeric operands")
        suite.refuse("sub", flag, t(1, 1).to(dtype), expected="sub: expected numeric operands")
        if dtype != torch.bool:
            suite.refuse("sub_", t(1, 1).to(dtype), flag, expected="sub: expected numeric operands")
    suite.refuse("sub", flag, 1, expected="sub: expected numeric operands")
    suite.refuse("gelu", t(1), {"approximate": "asdf"}, expected="gelu: expected approximate to be 'none' or 'tanh'")


def wraps(suite):
    """Where PyTorch's int32 wraps, which has int64 for what is larger, Kindling refuses."""
    most = 2147483647
    a, n = i32(most, 1), i32(65536, 3)
    for op, *args in (("add", a, i32(1, 1)), ("add", a, 1), ("sub", i32(-most, 1), i32(2, 2)), ("sub", i32(-most, 0), 2), ("mul", n, n),
                      ("mul", n, 65536), ("pow", n, 2), ("square", n), ("neg", i32(-most - 1)), ("abs", i32(-most - 1)),
                      ("add_", a, i32(1, 1)), ("mul_", n, n), ("matmul", n, n), ("sum", a), ("sum", torch.stack([a, a]), 0),
                      ("cumsum", a, 0), ("prod", n.repeat(2)), ("prod", torch.full((40,), 65536, dtype=torch.int32)),
                      ("scatterAdd", a, 0, i32(0), i32(1))):
        suite.refuse(op, *args, expected="fits int32", accepted=True)
    suite.record("mul", i32(46340, -46341, 2147483647), i32(46340, 46340, -1))
    suite.record("sub", i32(-most, most), i32(1, -0))
    suite.record("prod", torch.cat([torch.full((40,), 65536, dtype=torch.int32), i32(0)]), note="that is 0", truth=False)
    suite.record("sum", torch.full((300,), 7158278, dtype=torch.int32))
    suite.record("matmul", i32(46340, -3).reshape(1, 2), i32(46340, 7).reshape(2, 1))


def programs(suite):
    x, z = t(2.0, 3.0, -1.0), t(5.0, 7.0, 0.5)
    for op in ("add_", "sub_", "mul_", "div_"):
        record_program(suite, f"{op} on a value that backward needs", [x, z], [["a", "mul", "$0", 2], ["y", op, "$a", "$1"]],
                       second=op in ("mul_", "div_"))
        record_program(suite, f"{op} through a view of a value that backward needs", [x, z],
                       [["a", "mul", "$0", 2], ["v", "slice", "$a", 0, 0, 2], ["w", "slice", "$1", 0, 0, 2], ["u", op, "$v", "$w"],
                        ["y", "square", "$a"]], second=False)
        record_program(suite, f"{op} of a broadcast operand", [x, t(4.0)],
                       [["a", "mul", "$0", 2], ["u", op, "$a", "$1"], ["y", "square", "$u"]], second=False)
    for name, data in (("no", [2.0, 3, 4]), ("one", [2.0, 0, 4]), ("two", [0.0, 3, 0]), ("three", [0.0, 0, 0])):
        record_program(suite, f"second order of prod with {name} zero", [torch.tensor(data)], [["y", "prod", "$0"]])
        record_program(suite, f"second order of prod along rows with {name} zero", [torch.tensor([data, [1.0, 2, 3]])],
                       [["y", "prod", "$0", 1]])
    record_program(suite, "second order of elu at large x", [t(30.0, 100.0, 1000.0, -30.0, -100.0, 0.5)], [["y", "elu", "$0", 1.5]])
    record_program(suite, "second order of var", [values(2, 5)], [["y", "var", "$0", 1]])
    record_program(suite, "second order of std", [values(2, 5)], [["y", "std", "$0", 1]])
    record_program(suite, "second order of norm 3", [values(2, 5, low=0.2)], [["y", "norm", "$0", 3]])


def generate():
    suite, derived = core_suite("edges"), core_suite("edge-programs")
    for part in (powers, bounds, norms, sums, fills, places, refusals, wraps):
        part(suite)
    programs(derived)
    return [suite, derived]
