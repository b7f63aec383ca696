"""Methods that are compositions of others: elementary functions, arithmetic, order statistics, linear algebra, in place."""
import torch

from .case import core_suite
from .fixture import Input, distinct, values

INF, NAN = float("inf"), float("nan")
KEEP = {"keepdim": True}


def elementary(suite):
    suite.record("frac", values(3, 7, low=-4, high=4))
    suite.record("frac", values(5, low=-4, high=4, dtype=torch.float64))
    suite.record("frac", Input(values(4, 3, low=-4, high=4), [["t"]]))
    suite.record("frac", torch.zeros(0))
    suite.refuse("frac", torch.tensor([1, 2], dtype=torch.int32))
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
    table = torch.tensor([[3.0, 1, 2, 1], [1, 3, 0, 3], [3, 1, 2, 1], [1, 3, -1, 3]])
    both = {"returnInverse": True, "returnCounts": True}
    for options in ({"returnInverse": True}, {"returnCounts": True}, both, {"sorted": True}, {"returnCounts": False}):
        suite.record("unique", table, options, grad=False)
        suite.record("unique", table.int(), options)
        for dim in (0, 1, -1):
            suite.record("unique", table, options | {"dim": dim}, grad=False)
    for dim in (0, 1, 2):
        suite.record("unique", torch.tensor([[[1, 2], [1, 2]], [[0, 1], [0, 1]], [[1, 2], [1, 2]]], dtype=torch.uint8), both | {"dim": dim})
    suite.record("unique", Input(table, [["t"]]), both | {"dim": 0}, grad=False)
    suite.record("unique", table > 1, both | {"dim": 1})
    suite.record("unique", torch.tensor(3.0), both, grad=False)
    suite.record("unique", torch.zeros(0, 3), both | {"dim": 0}, grad=False)
    suite.refuse("unique", torch.zeros(2, 0), {"dim": 0})
    suite.refuse("unique", torch.zeros(2, 3), {"dim": 2})
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
             "ceil_", "round_", "trunc_", "exp2_", "tan_", "atan_", "sinh_", "cosh_", "asinh_", "frac_"]
    for name in names:
        suite.record(name, values(3, 4), after=(0,), grad=False)
        suite.record(name, Input(values(3, 4), [["slice", 1, 0, None, 2]]), after=(0,), grad=False)
    for name in ("log_", "log1p_", "sqrt_", "rsqrt_", "reciprocal_", "log2_", "log10_"):
        suite.record(name, values(3, 4, low=0.2), after=(0,), grad=False)
    for name in ("asin_", "acos_", "atanh_", "erfinv_"):
        suite.record(name, values(3, 4, low=-0.9, high=0.9), after=(0,), grad=False)
    suite.record("acosh_", values(3, 4, low=1.2, high=4), after=(0,), grad=False)
    for name in ("fmod_", "remainder_", "floorDivide_", "atan2_"):
        suite.record(name, values(3, 4), values(4, low=0.3, seed=1), after=(0,), grad=False)
        if name != "atan2_":
            suite.record(name, values(3, 4), 0.75, after=(0,), grad=False)
            suite.record(name, values(3, 4, dtype=torch.int32), 2, after=(0,), grad=False, truth=False)
            suite.refuse(name, values(3, 4, dtype=torch.int32), 0, expected="expected integers other than 0 to divide by, got 0")
            suite.refuse(name, values(3, dtype=torch.int32), 0.5)
    suite.record("cumprod_", values(3, 4), 1, after=(0,), grad=False)
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
