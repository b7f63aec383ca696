"""Reductions, norms, extremes with their indices, cumulative sums."""
import torch

from .case import core_suite
from .fixture import Input, distinct, values

INF, NAN = float("inf"), float("nan")
KEEP = {"keepdim": True}
DIMS = [(), (0,), (-1,), (1, KEEP), ([0, 2],), ([0, 1, 2],), ([-1, 0], KEEP), (None, KEEP)]
ONE_DIM = [(), (0,), (-1,), (1, KEEP)]
SMOOTH = {"atol": 5e-7}


def each_dim(suite):
    for name in ("sum", "mean"):
        for args in DIMS:
            suite.record(name, values(2, 3, 4), *args)
        suite.record(name, values(3, 5, dtype=torch.float64), 1)
        suite.record(name, torch.tensor(1.5))
        suite.record(name, torch.tensor(1.5), 0)
        suite.record(name, Input(values(4, 3), [["t"]]), 0)
        suite.record(name, Input(values(3, 1), [["expand", 3, 4]]), 1)
        suite.record(name, Input(values(4, 6), [["slice", 1, 0, None, 2], ["flip", 0]]))
        suite.record(name, torch.zeros(0, 3))
        suite.record(name, torch.zeros(0, 3), 0)
        suite.record(name, torch.zeros(0, 3), 1)
        suite.record(name, values(37, 29), note="of a large tensor", tolerance=SMOOTH)
        suite.record(name, values(37, 29), 0, note="of a large tensor", tolerance=SMOOTH)
        suite.record(name, torch.tensor([1.0, INF, -INF, NAN]).reshape(2, 2), 1)
    for args in ONE_DIM:
        suite.record("prod", values(2, 3, 4), *args)
    suite.record("prod", torch.tensor([2.0, 0.0, 3.0]), note="with one zero")
    suite.record("prod", torch.tensor([2.0, 0.0, 0.0]), note="with two zeros")
    suite.record("prod", torch.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 1.0], [1.0, 2.0, 3.0]]), 1, note="with zeros")
    suite.record("prod", torch.zeros(0, 2), 0)
    suite.record("prod", torch.tensor(3.0))
    for name in ("sum", "prod"):
        for dtype in (torch.int32, torch.uint8, torch.bool):
            suite.record(name, torch.tensor([[1, 2, 3], [1, 5, 6]]).to(dtype))
            suite.record(name, torch.tensor([[1, 2, 3], [1, 5, 6]]).to(dtype), 1)
        suite.refuse("mean", torch.tensor([1, 2], dtype=torch.int32), note=name)
    suite.record("sum", torch.full((300,), 200, dtype=torch.uint8), note="widens")


def moments(suite):
    for name in ("var", "std"):
        for args in [(), (0,), (-1, {"correction": 0}), ([0, 2], {"keepdim": True}), (None, {"correction": 0}),
                     (1, {"correction": 2, "keepdim": True}), (None, {"keepdim": True})]:
            suite.record(name, values(3, 4, 3), *args, gradient_tolerance=SMOOTH)
        suite.record(name, values(6, dtype=torch.float64))
        suite.record(name, torch.tensor([3.0]), note="of one value", grad=False)
        suite.record(name, torch.tensor([3.0]), 0, {"correction": 0}, note="of one value", grad=name == "var")
        suite.record(name, values(5) + 1000, note="far from zero", tolerance={"rtol": 1e-5},
                     gradient_tolerance={"rtol": 1e-4, "atol": 1e-4}, truth=False)
        suite.record(name, torch.zeros(0), grad=False)
        suite.record(name, Input(values(4, 3), [["t"]]), 1)
        suite.refuse(name, torch.tensor([1, 2], dtype=torch.int32))
    suite.record("std", torch.tensor([2.0, 2.0, 2.0]), note="of equal values")


def extremes(suite):
    ties = torch.tensor([[1.0, 3.0, 3.0, -2.0], [2.0, 2.0, -2.0, -2.0], [0.0, -0.0, 0.0, -0.0]])
    for name in ("max", "min"):
        for args in [(), (0,), (-1,), (1, KEEP)]:
            suite.record(name, distinct(2, 3, 4), *args)
        suite.record(name, ties, note="with ties")
        suite.record(name, ties, 1, note="with ties")
        suite.record(name, torch.tensor([[1.0, NAN, 2.0], [INF, 1.0, -INF]]), 1, note="with NaN")
        suite.record(name, torch.tensor([1.0, NAN, 2.0]), note="with NaN")
        suite.record(name, torch.tensor(2.5))
        suite.record(name, torch.tensor(2.5), 0)
        suite.record(name, torch.tensor([[3, 1], [2, 9]], dtype=torch.int32))
        suite.record(name, torch.tensor([[3, 1], [2, 9]], dtype=torch.uint8), 1)
        suite.record(name, torch.tensor([[True, False], [True, True]]), 1)
        suite.record(name, distinct(6, dtype=torch.float64))
        suite.record(name, Input(distinct(4, 3), [["t"]]), 0)
        suite.record(name, torch.zeros(0, 3), 1)
        suite.refuse(name, torch.zeros(0))
        suite.refuse(name, torch.zeros(0, 3), 0)
        suite.refuse(name, values(2, 3), 2)
    for name in ("amax", "amin"):
        for args in DIMS[:-1]:
            suite.record(name, distinct(2, 3, 4), *args)
        suite.record(name, ties, note="with ties")
        suite.record(name, ties, 1, note="with ties")
        suite.record(name, torch.tensor([[1.0, NAN, 2.0], [INF, 1.0, -INF]]), 0, note="with NaN", grad=False)
        suite.refuse(name, torch.zeros(0, 3), 0)
    for name in ("argmax", "argmin"):
        for args in [(), (0,), (-1,), (1, KEEP)]:
            suite.record(name, distinct(2, 3, 4), *args)
        suite.record(name, ties, note="with ties")
        suite.record(name, ties, 1, note="with ties")
        suite.record(name, ties, 0, note="with ties")
        suite.record(name, torch.tensor([[1.0, NAN, 2.0, NAN], [INF, 1.0, -INF, INF]]), 1, note="with NaN")
        suite.record(name, torch.tensor([[3, 1, 3], [1, 9, 1]], dtype=torch.int32), 1)
        suite.record(name, torch.tensor(2.5))
        suite.record(name, Input(distinct(4, 3), [["t"], ["slice", 1, 0, None, 2]]), 1)
        suite.record(name, torch.zeros(0, 3), 1)
        suite.refuse(name, torch.zeros(0))
        suite.refuse(name, values(2, 3), -3)


def truth_values(suite):
    for name in ("any", "all"):
        for x in (torch.tensor([[True, False], [True, True]]), torch.tensor([[0.0, NAN], [1.0, 0.0]]),
                  torch.tensor([[0, 2], [-1, 3]], dtype=torch.int32), torch.zeros(0, 2), torch.zeros(2, 0)):
            suite.record(name, x)
            suite.record(name, x, 1)
            suite.record(name, x, 0, KEEP)
        suite.record(name, Input(torch.tensor([[True, False], [True, True], [False, False]]), [["t"]]), 0)


def logarithms_and_norms(suite):
    for args in [(0,), (-1,), (1, KEEP), ([0, 2],), ([0, 1, 2], KEEP)]:
        suite.record("logsumexp", values(2, 3, 4), *args)
    suite.record("logsumexp", torch.tensor([[1000.0, 1000.0], [-1000.0, -1001.0], [0.0, 1000.0]]), 1, note="shifted",
                 gradient_tolerance={"atol": 1e-4})  # exp(x - y) where y = 1000.69 has an ulp of 6e-5
    suite.record("logsumexp", torch.tensor([[-INF, -INF], [-INF, 0.0], [INF, 1.0], [INF, INF], [INF, -INF], [NAN, 1.0]]), 1,
                 note="with infinities", grad=False)
    suite.record("logsumexp", torch.tensor([[-INF, 0.5, 1.0]]), 1, note="with a masked entry")
    suite.record("logsumexp", values(4, dtype=torch.float64), 0)
    suite.record("logsumexp", torch.tensor(0.5), 0)
    for p in (0, 1, 2, 3, 0.5, INF, -INF):
        suite.record("norm", values(3, 4), p, gradient_tolerance=SMOOTH)
        suite.record("norm", values(3, 4), p, 1, gradient_tolerance=SMOOTH)
        suite.record("norm", values(2, 3, 2), p, [0, 2], KEEP, gradient_tolerance=SMOOTH)
    for p in (1, 2, 3, INF):
        suite.record("norm", torch.tensor([[0.0, 0.0], [0.0, 2.0], [3.0, -3.0]]), p, 1, note="at zero and ties")
        if p != INF:
            suite.record("norm", torch.zeros(0), p)
    suite.record("norm", values(3, 4))
    suite.record("norm", values(3, 4, dtype=torch.float64))
    suite.record("norm", torch.tensor([3e20, 4e20]), note="overflows", grad=False, truth=False)
    suite.record("norm", torch.tensor([1.0, INF, NAN]), grad=False)
    suite.record("norm", Input(values(4, 3), [["t"]]), 2, 0)
    for dim in (0, 1, -1):
        suite.record("cumsum", values(2, 3, 4), dim)
    suite.record("cumsum", values(5, dtype=torch.float64), 0)
    suite.record("cumsum", torch.tensor([1, 2, 3], dtype=torch.int32), 0)
    suite.record("cumsum", torch.tensor([True, True, False, True]), 0)
    suite.record("cumsum", torch.tensor([200, 100], dtype=torch.uint8), 0)
    suite.record("cumsum", torch.zeros(0, 2), 0)
    suite.record("cumsum", torch.tensor(2.0), 0)
    suite.record("cumsum", torch.tensor([1.0, NAN, 2.0]), 0, grad=False)
    suite.record("cumsum", Input(values(4, 3), [["t"]]), 1)


def errors(suite):
    for name in ("sum", "mean", "prod", "argmax", "cumsum", "logsumexp"):
        suite.refuse(name, values(2, 3), 2)
        suite.refuse(name, values(2, 3), -3)
    for name in ("sum", "mean"):
        suite.refuse(name, values(2, 3), [0, 0])
        suite.refuse(name, values(2, 3), [1, -1])
    suite.refuse("var", values(2, 3), 5)
    suite.refuse("norm", values(2, 3), 2, 2)
    suite.refuse("norm", torch.zeros(0), INF)
    suite.refuse("norm", torch.tensor([3, 4], dtype=torch.int32))


def generate():
    suite = core_suite("reductions")
    for fill in (each_dim, moments, extremes, truth_values, logarithms_and_norms, errors):
        fill(suite)
    return suite
