"""Softmax, log-softmax, layer norm and batch norm, with their running statistics."""
import torch

from .case import core_suite
from .fixture import Input, values

INF, NAN = float("inf"), float("nan")
# Gradients here are differences of near-equal sums, so they lose a few more bits than the forward values.
LOOSE = {"rtol": 5e-6, "atol": 2e-6}


def softmaxes(suite):
    for name in ("softmax", "logSoftmax"):
        for shape in ((5,), (3, 4), (2, 3, 4)):
            for dim in range(len(shape)):
                suite.record(name, values(*shape), dim, gradient_tolerance=LOOSE)
        suite.record(name, values(2, 3, 4), -1, gradient_tolerance=LOOSE)
        suite.record(name, values(2, 3, 4), -2, gradient_tolerance=LOOSE)
        suite.record(name, values(2, 1), 1)
        suite.record(name, torch.tensor(0.5), 0)
        suite.record(name, torch.zeros(2, 0), 1)
        suite.record(name, torch.zeros(0, 3), 1)
        suite.record(name, values(3, 4, dtype=torch.float64), 1)
        suite.record(name, Input(values(4, 3), [["t"]]), 1, gradient_tolerance=LOOSE)
        suite.record(name, Input(values(2, 6), [["slice", 1, 0, None, 2]]), 0, gradient_tolerance=LOOSE)
        suite.record(name, torch.tensor([[1e4, -1e4, 0.0], [1e4, 1e4, 1e4 - 1]]), 1, note="of large numbers",
                     gradient_tolerance=LOOSE)
        suite.record(name, torch.tensor([[-INF, 0.0, 1.0], [-INF, -INF, -INF], [INF, 0.0, 1.0], [NAN, 0.0, 1.0]]), 1,
                     note="with infinities", grad=False)
        suite.record(name, torch.tensor([[-INF, 0.0, 1.0]]), 1, note="with a masked entry", grad=name == "softmax")
        suite.record(name, values(4, 103, low=-6, high=6), 1, note="of a long axis", gradient_tolerance=LOOSE)
        suite.refuse(name, values(2, 3), 2)
        suite.refuse(name, values(2, 3), -3)


def layer_norms(suite):
    for shape, normalized in (((5,), [5]), ((3, 4), [4]), ((2, 3, 4), [4]), ((2, 3, 4), [3, 4]), ((2, 3, 4), [2, 3, 4])):
        weight, bias = values(*normalized, seed="weight"), values(*normalized, seed="bias")
        suite.record("layerNorm", values(*shape), normalized, tolerance=LOOSE, gradient_tolerance=LOOSE)
        suite.record("layerNorm", values(*shape), normalized, weight, bias, tolerance=LOOSE, gradient_tolerance=LOOSE)
    weight = values(4, seed="weight")
    suite.record("layerNorm", values(3, 4), [4], weight, tolerance=LOOSE, gradient_tolerance=LOOSE)
    suite.record("layerNorm", values(3, 4), [4], None, values(4, seed="bias"), tolerance=LOOSE, gradient_tolerance=LOOSE)
    suite.record("layerNorm", values(3, 4), [4], weight, values(4, seed="bias"), 0.1, tolerance=LOOSE, gradient_tolerance=LOOSE)
    suite.record("layerNorm", values(3, 4, dtype=torch.float64), [4])
    suite.record("layerNorm", Input(values(4, 3), [["t"]]), [4], weight, tolerance=LOOSE, gradient_tolerance=LOOSE)
    suite.record("layerNorm", torch.full((2, 3), 7.0), [3], note="of equal values")
    suite.record("layerNorm", torch.zeros(0, 3), [3], values(3), values(3, seed="bias"))
    suite.record("layerNorm", values(2, 3) + 100, [3], note="far from zero", tolerance={"atol": 1e-4},
                 gradient_tolerance={"atol": 1e-4}, truth=False)
    suite.refuse("layerNorm", values(2, 3), [2])
    suite.refuse("layerNorm", values(2, 3), [3], values(2))
    suite.refuse("layerNorm", values(3), [2, 3])


def batch_norms(suite):
    # One channel of three samples would leave a seventeenth of the gradient's terms, and of their digits.
    for shape in ((4, 3), (2, 3, 4), (8, 2), (5, 1)):
        channels = shape[1]
        affine = {"weight": values(channels, seed="weight"), "bias": values(channels, seed="bias")}

        def running():
            return {
                "runningMean": Input(values(channels, seed="mean"), grad=False),
                "runningVar": Input(values(channels, low=0.5, high=2, seed="var"), grad=False),
            }

        def record(options, after=(1, 2), **kinds):
            suite.record("batchNorm", values(*shape), options, after=after, tolerance=LOOSE, gradient_tolerance=LOOSE, **kinds)

        record(running() | {"training": True})
        record(running() | affine | {"training": True})
        record(affine | {"training": True}, after=())
        record(running() | {"training": True, "momentum": 0.5, "eps": 0.01})
        record(running() | affine | {"training": False})
        record(running(), note="by default in evaluation")
    suite.record("batchNorm", values(4, 2, dtype=torch.float64), {"training": True}, )
    suite.record("batchNorm", Input(values(3, 4), [["t"]]), {"training": True}, tolerance=LOOSE, gradient_tolerance=LOOSE)
    suite.record("batchNorm", Input(values(2, 4, 3), [["transpose", 1, 2]]), {"training": True}, tolerance=LOOSE,
                 gradient_tolerance=LOOSE)
    suite.refuse("batchNorm", values(1, 3), {"training": True})
    suite.refuse("batchNorm", values(2, 3), {"training": False})
    suite.refuse("batchNorm", values(2, 3), {"training": True, "weight": values(2)})


def generate():
    suite = core_suite("normalization")
    for fill in (softmaxes, layer_norms, batch_norms):
        fill(suite)
    return suite
