"""Functions of `nn.functional` that are compositions: activations, distances, group normalization."""
import torch

from .case import core_suite
from .fixture import Input, values

NAN, INF = float("nan"), float("inf")
ACTIVATIONS = [("relu6",), ("selu",), ("celu",), ("celu", 0.5), ("hardtanh",), ("hardtanh", -0.5, 1.5), ("hardsigmoid",),
               ("hardswish",), ("mish",), ("softsign",), ("tanhshrink",), ("hardshrink",), ("hardshrink", 1),
               ("softshrink",), ("softshrink", 1), ("threshold", 0.3, -7), ("logsigmoid",)]


def activations(suite):
    for name, *args in ACTIVATIONS:
        # tanhshrink cancels near 0, where its cubic is all that is left.
        loose = {"tolerance": {"rtol": 1e-5, "atol": 1e-6}, "gradient_tolerance": {"rtol": 1e-5, "atol": 1e-6}}
        options = loose if name in {"tanhshrink", "mish"} else {}
        suite.record(name, values(3, 7, low=-8, high=8), *args, **options)
        # PyTorch's gradient of hardsigmoid has 1/6 as a float32.
        double = {"gradient_tolerance": {"rtol": 1e-7}} if name == "hardsigmoid" else options
        suite.record(name, values(9, dtype=torch.float64), *args, **double)
        suite.record(name, Input(values(4, 3), [["t"]]), *args, **options)
        suite.record(name, torch.tensor(0.25), *args, **options)
        suite.record(name, torch.zeros(0), *args)
        suite.record(name, torch.tensor([100.0, -100.0, INF, 0.0, -0.0]), *args, note="far out", grad=False)
    for dim in (0, 1, -1):
        suite.record("softmin", values(3, 4), dim)
        suite.record("glu", values(4, 6, 2), dim)
    suite.record("glu", values(6))
    suite.refuse("glu", values(3, 5))
    suite.record("prelu", values(4, 3), values(3, seed="weight"))
    suite.record("prelu", values(4, 3, 2), values(1, seed="weight"))
    suite.record("prelu", values(5), values(1, seed="weight"))
    suite.record("prelu", values(2, 3, 4), values(3, seed="weight"))
    suite.refuse("prelu", values(2, 3), values(2))


def distances(suite):
    for options in ({}, {"p": 1}, {"p": 3, "dim": 0}, {"dim": -1}, {"eps": 5.0}):
        suite.record("normalize", values(3, 4), options, gradient_tolerance={"atol": 1e-6})
    for options in ({}, {"dim": 0}, {"dim": -1, "eps": 1.0}):
        suite.record("cosineSimilarity", values(3, 4), values(3, 4, seed=1), options, gradient_tolerance={"atol": 1e-6})
        suite.record("cosineSimilarity", values(3, 4), values(3, 1, seed=1) + values(4, seed=2), options,
                     gradient_tolerance={"atol": 1e-6})
    for options in ({}, {"p": 1}, {"p": 3}, {"eps": 0.1, "keepdim": True}):
        suite.record("pairwiseDistance", values(3, 4), values(3, 4, seed=1), options, gradient_tolerance={"atol": 1e-6})
        suite.record("pairwiseDistance", values(3, 4), values(4, seed=1), options, gradient_tolerance={"atol": 1e-6})


def group_norms(suite):
    close = {"tolerance": {"rtol": 5e-6, "atol": 2e-6}, "gradient_tolerance": {"rtol": 1e-5, "atol": 4e-6}}
    for shape, groups in (((4, 15), 3), ((2, 6, 3), 2), ((2, 4, 3, 2), 1), ((2, 4, 3, 2), 4)):
        weight, bias = values(shape[1], seed="weight"), values(shape[1], seed="bias")
        suite.record("groupNorm", values(*shape), groups, **close)
        suite.record("groupNorm", values(*shape), groups, weight, bias, **close)
        suite.record("groupNorm", values(*shape), groups, weight, None, 1e-2, **close)
    suite.refuse("groupNorm", values(2, 5), 2)
    suite.refuse("groupNorm", values(2, 4), 2, values(3))


def generate():
    suite = core_suite("functional")
    activations(suite)
    distances(suite)
    group_norms(suite)
    return suite
