"""Methods that are compositions of others: elementary functions, arithmetic, order statistics, linear algebra, in place."""
import torch

from .case import core_suite
from .fixture import Input, distinct, values

INF, NAN = float("inf"), float("nan")
KEEP = {"keepdim": True}


def elementary(suite):
    ranges = {"acosh": (1.2, 9), "atanh": (-0.9, 0.9), "log2": (0.1, 9), "log10": (0.1, 9), "tan": (-1.3, 1.3)}
    for name in ("tan", "sinh", "cosh", "asinh", "acosh", "atanh", "log2", "log10", "exp2", "trunc", "frac"):
        low, high = ranges.get(name, (-4, 4))
        suite.record(name, values(3, 7, low=low, high=high))
        suite.record(name, values(5, low=low, high=high, dtype=torch.float64))
        suite.record(name, Input(values(4, 3, low=low, high=high), [["t"]]))
        suite.record(name, torch.zeros(0))
        if name != "frac":
            suite.record(name, torch.tensor([1, 2, 3], dtype=torch.int32), note="of integers", grad=False)
    small = torch.tensor([1e-6, -1e-6, 1e-3, -1e-3, 0.0])
    for name in ("sinh", "asinh", "atanh", "tan"):
        suite.record(name, small, note="near 0", tolerance={"atol": 0})
    suite.record("sinh", torch.tensor([88.0, -89.0, 20.0, INF, -INF, NAN]), note="far out", tolerance={"rtol": 4e-6}, grad=False)
    suite.record("cosh", torch.tensor([88.0, -89.0, 20.0, INF, -INF, NAN]), note="far out", tolerance={"rtol": 4e-6}, grad=False)
    suite.record("asinh", torch.tensor([1e10, -1e30, 3e38, INF, -INF, NAN, 1e4]), note="far out", grad=False)
    suite.record("acosh", torch.tensor([1.0, 1.0001, 1e10, 3e38, INF, NAN, 0.5]), note="far out", grad=False)
    suite.record("atanh", torch.tensor([1.0, -1.0, 0.999, 1.5, NAN, -2.0]), note="at the ends", grad=False)
    suite.record("log2", torch.tensor([0.0, -1.0, INF, NAN, 8.0]), note="of edge values", grad=False)
    suite.record("exp2", torch.tensor([0.0, -200.0, 127.0, 128.0, INF, -INF, NAN]), note="of edge values", grad=False)
    suite.record("trunc", torch.tensor([-0.5, 0.5, -2.7, 2.7, INF, -INF, NAN]), note="of edge values", grad=False)
    for name in ("isnan", "isinf", "isfinite"):
        suite.record(name, torch.tensor([0.0, 1.5, INF, -INF, NAN]))
        suite.record(name, torch.tensor([1, -2], dtype=torch.int32))
    suite.record("logaddexp", values(3, 4), values(4, seed=1))
    suite.record("logaddexp", torch.tensor([INF, -INF, -INF, 100.0, 2.0, NAN]), torch.tensor([INF, -INF, 1.0, -100.0, 2.0, 1.0]),
                 note="of edge values", grad=False)


def arithmetic(suite):
    x, a, b = values(3, 4), values(3, 4, seed="a"), values(4, seed="b", low=0.5, high=2)
    for weight in (0.0, 0.3, 0.5, 0.9, 2.0):
        suite.record("lerp", x, a, weight)
    suite.record("lerp", x, a, values(4, low=0, high=1, seed="w"))
    for options in ([], [{"value": 0.5}], [{"value": -2}]):
        suite.record("addcmul", x, a, b, *options)
        suite.record("addcdiv", x, a, b, *options)
    bad = torch.tensor([1.0, NAN, INF, -INF, -2.0])
    suite.record("nanToNum", bad)
    suite.record("nanToNum", bad, {"nan": 7, "posinf": 8, "neginf": -9})
    suite.record("nanToNum", bad.double())
    suite.record("nanToNum", torch.tensor([1, 2], dtype=torch.int32))
    other = torch.tensor([1.00001, NAN, INF, INF, -2.1])
    for options in ([], [{"equalNan": True}], [{"rtol": 0.1}], [{"atol": 0.2, "rtol": 0}]):
        suite.record("isclose", bad, other, *options)


def order_statistics(suite):
    for dim in (0, 1, -1):
        suite.record("argsort", distinct(3, 4), dim)
        suite.record("argsort", distinct(3, 4), dim, {"descending": True})
        suite.record("cumprod", values(3, 4), dim)
        suite.record("median", distinct(3, 4), dim)
        suite.record("median", distinct(3, 5, 2), dim, KEEP)
        suite.record("kthvalue", distinct(3, 4), 2, dim)
        suite.record("kthvalue", distinct(3, 4), 3, dim, KEEP)
    suite.record("cumprod", torch.tensor([2.0, 0.0, 3.0, 0.0, 4.0]), 0, note="with zeros")
    suite.record("cumprod", torch.tensor([2, 3, 4], dtype=torch.int32), 0)
    suite.record("cumprod", values(7, dtype=torch.float64), 0)
    suite.record("median", distinct(3, 4))
    suite.record("median", distinct(7))
    suite.record("median", torch.tensor([1.0, 2.0, 2.0, 3.0]), note="with ties")
    suite.record("median", torch.tensor([1.0, NAN, 2.0]), note="with NaN", grad=False)
    suite.record("median", torch.tensor([3, 1, 2], dtype=torch.int32))
    suite.record("median", torch.tensor([[1.0, 5.0, 2.0], [4.0, NAN, 1.0]]), 1, note="with NaN", grad=False)
    suite.record("kthvalue", torch.tensor(2.0), 1)
    suite.refuse("kthvalue", distinct(3), 4)
    suite.refuse("median", torch.zeros(0, 2), 0)
    for q in (0, 0.25, 0.6, 1, [0.1, 0.5]):
        suite.record("quantile", values(3, 5), q)
        suite.record("quantile", values(3, 5), q, 1)
        suite.record("quantile", values(3, 5), q, 0, KEEP)
    for kind in ("linear", "lower", "higher", "midpoint", "nearest"):
        suite.record("quantile", values(7), [0.1, 0.3, 0.5, 0.9], 0, {"interpolation": kind})
    suite.record("quantile", values(3, 5), 0.5, None, KEEP)
    suite.record("quantile", torch.tensor([[1.0, NAN, 2.0], [1.0, 2.0, 4.0]]), 0.5, 1, note="with NaN", grad=False)
    suite.refuse("quantile", values(3), 1.5)
    suite.refuse("quantile", torch.tensor([1, 2], dtype=torch.int32), 0.5)


def counting(suite):
    suite.record("unique", torch.tensor([[3.0, 1.0, 2.0], [1.0, 3.0, 3.0]]), grad=False)
    suite.record("unique", torch.tensor([2, 5, 2, -1], dtype=torch.int32))
    suite.record("unique", torch.tensor([True, False, True]))
    suite.record("unique", torch.zeros(0), grad=False)
    whole = torch.tensor([1, 4, 1, 0, 4, 4], dtype=torch.int32)
    suite.record("bincount", whole)
    suite.record("bincount", whole, {"minlength": 8})
    suite.record("bincount", whole, {"weights": values(6)}, grad=False)
    suite.record("bincount", torch.zeros(0, dtype=torch.int32), {"minlength": 2})
    suite.refuse("bincount", torch.tensor([1, -1], dtype=torch.int32))
    suite.record("histc", values(40), {"bins": 5}, grad=False)
    suite.record("histc", values(40), {"bins": 4, "min": -1, "max": 1}, grad=False)
    suite.record("histc", torch.tensor([2.0, 2.0]), {"bins": 3}, grad=False)
    suite.record("histc", torch.tensor([0.0, 1.0, 0.5, 3.0]), {"bins": 2, "min": 0, "max": 1}, grad=False)
    suite.record("nonzero", torch.tensor([[0.0, 1.0], [2.0, 0.0]]))
    suite.record("nonzero", torch.tensor([True, False, True]))
    suite.record("nonzero", torch.tensor(3.0))
    suite.record("nonzero", torch.zeros(2, 2))
    suite.record("countNonzero", torch.tensor([[0.0, 1.0], [2.0, 0.0]]))
    suite.record("countNonzero", torch.tensor([[0.0, 1.0], [2.0, 0.0]]), 1)


def products(suite):
    suite.record("mm", values(3, 4), values(4, 2, seed=1))
    suite.record("bmm", values(2, 3, 4), values(2, 4, 2, seed=1))
    suite.record("mv", values(3, 4), values(4, seed=1))
    suite.record("dot", values(5), values(5, seed=1))
    suite.record("outer", values(3), values(4, seed=1))
    for name, a, b in (("mm", (2, 3, 4), (4, 2)), ("bmm", (2, 3, 4), (3, 4, 2)), ("mv", (3, 4), (4, 1)), ("dot", (2, 2), (2,)),
                       ("outer", (2, 2), (2,))):
        suite.refuse(name, values(*a), values(*b))
    for options in ([], [{"beta": 0.5, "alpha": 2}]):
        suite.record("addmm", values(3, 2), values(3, 4), values(4, 2, seed=1), *options)
        suite.record("addmm", values(2), values(3, 4), values(4, 2, seed=1), *options)
    suite.record("addmm", Input(torch.tensor([NAN, 1.0]), grad=False), values(3, 4), values(4, 2, seed=1), {"beta": 0})
    for p in (1, 2, 3, INF):
        suite.record("cdist", values(3, 4), values(2, 4, seed=1), p, gradient_tolerance={"atol": 1e-6})
    suite.record("cdist", values(2, 3, 4), values(2, 2, 4, seed=1), gradient_tolerance={"atol": 1e-6})
    suite.refuse("cdist", values(3, 4), values(3, 3))
    a, b, c = values(2, 3), values(3, 4, seed="b"), values(4, 2, seed="c")
    close = {"tolerance": {"rtol": 5e-6, "atol": 5e-7}, "gradient_tolerance": {"rtol": 5e-6, "atol": 5e-7}}
    for equation, *operands in (
        ("ij,jk->ik", a, b), ("ij,jk", a, b), ("ij->ji", a), ("ij->", a), ("ij->j", a), ("ij,ij->i", a, values(2, 3, seed="d")),
        ("ii->i", values(3, 3)), ("ii", values(3, 3)), ("i,j->ij", values(3), values(2)), ("ij,jk,kl->il", a, b, c),
        ("bij,bjk->bik", values(2, 3, 4), values(2, 4, 2, seed=1)), ("bij,bkj->bik", values(2, 3, 4), values(2, 5, 4, seed=1)),
        ("...ij,jk->...ik", values(2, 2, 3), b), ("bhqd,bhkd->bhqk", values(2, 2, 3, 4), values(2, 2, 2, 4, seed=1)),
        ("i,i->", values(4), values(4, seed=1)), ("ij,kj->ijk", a, values(4, 3, seed="e")), ("ba", a),
        ("...i,...i->...", values(2, 3), values(3, seed=1)), ("ij,k->ik", a, values(2)),
    ):
        suite.record("einsum", equation, *operands, function=True, **close)
    suite.refuse("einsum", "ij,jk->ik", a, c, function=True)
    suite.refuse("einsum", "ij->ik", a, function=True)
    suite.refuse("einsum", "ij,jk->ik", a, function=True)


def in_place(suite):
    """PyTorch refuses to write to a leaf that requires grad: these run on constants."""
    names = ["neg_", "abs_", "sign_", "exp_", "expm1_", "square_", "sin_", "cos_", "tanh_", "sigmoid_", "erf_", "relu_", "floor_",
             "ceil_", "round_", "trunc_"]
    for name in names:
        suite.record(name, values(3, 4), after=(0,), grad=False)
        suite.record(name, Input(values(3, 4), [["slice", 1, 0, None, 2]]), after=(0,), grad=False)
    for name in ("log_", "log1p_", "sqrt_", "rsqrt_", "reciprocal_"):
        suite.record(name, values(3, 4, low=0.2), after=(0,), grad=False)
    suite.refuse("exp_", torch.tensor([1, 2], dtype=torch.int32), expected="exp_: expected a result that fits int32")
    suite.record("clamp_", values(3, 4), -1, 0.5, after=(0,), grad=False)
    suite.record("pow_", values(3, 4), 2, after=(0,), grad=False)
    suite.record("lerp_", values(3, 4), values(3, 4, seed=1), 0.3, after=(0,), grad=False)
    suite.record("addcmul_", values(3, 4), values(3, 4, seed=1), values(4, seed=2), {"value": 0.5}, after=(0,), grad=False)
    suite.record("addcdiv_", values(3, 4), values(3, 4, seed=1), values(4, low=1, seed=2), after=(0,), grad=False)
    suite.record("maskedFill_", values(3), torch.tensor([True, False, True]), 7, after=(0,), grad=False)
    suite.record("nanToNum_", torch.tensor([NAN, 1.0]), after=(0,), grad=False)
    suite.record("cumsum_", values(3, 4), 1, after=(0,), grad=False)
    suite.record("tril_", values(3, 4), after=(0,), grad=False)
    suite.record("triu_", values(3, 4), 1, after=(0,), grad=False)
    index = torch.tensor([[0, 2, 1], [1, 0, 2]], dtype=torch.int32)
    suite.record("scatter_", values(3, 3), 0, index, values(2, 3, seed=1), after=(0,), grad=False)
    suite.record("scatter_", values(3, 3), 1, index, 5, after=(0,), grad=False)
    suite.record("scatterAdd_", values(3, 3), 0, index, values(2, 3, seed=1), after=(0,), grad=False)


def generate():
    suite = core_suite("composed")
    elementary(suite)
    arithmetic(suite)
    order_statistics(suite)
    counting(suite)
    products(suite)
    in_place(suite)
    return suite
