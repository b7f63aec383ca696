"""Pooling, padding, interpolation, pixel shuffle, and what normalizes and drops channels: functions and modules."""
import re

import torch
import torch.nn.functional as F

from .case import core_suite
from .fixture import Input, distinct, values
from .layers import SPELLED, layer, recorder
from .normalization import LOOSE
from .ops import FUNCTIONS

INF, NAN = float("inf"), float("nan")


def snake(name):
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: "_" + letter.group().lower(), name)


def spelled(function):
    """A function of PyTorch that takes Kindling's options as the last argument."""
    def call(*args):
        *rest, options = args if isinstance(args[-1], dict) else (*args, {})
        result = function(*rest, **{snake(key): value for key, value in options.items()})
        return list(result) if isinstance(result, tuple) else result
    return call


FUNCTIONS.update({
    "maxPool1d": spelled(F.max_pool1d), "maxPool2d": spelled(F.max_pool2d),
    "avgPool1d": spelled(F.avg_pool1d), "avgPool2d": spelled(F.avg_pool2d),
    "adaptiveMaxPool1d": spelled(F.adaptive_max_pool1d), "adaptiveMaxPool2d": spelled(F.adaptive_max_pool2d),
    "adaptiveAvgPool1d": F.adaptive_avg_pool1d,
    "adaptiveAvgPool2d": F.adaptive_avg_pool2d,
    "pad": lambda x, padding, mode="constant", value=0: F.pad(x, padding, mode, value),
    "interpolate": spelled(F.interpolate),
    "pixelShuffle": F.pixel_shuffle, "pixelUnshuffle": F.pixel_unshuffle,
    "instanceNorm": spelled(F.instance_norm),
})
SPELLED.update({name: snake(name) for name in (
    "returnIndices", "ceilMode", "countIncludePad", "divisorOverride", "scaleFactor", "alignCorners")})

TRANSPOSED = [["transpose", 2, 3]]
SLICED = [["slice", 3, 0, None, 2]]


def max_pools(suite):
    indices = {"returnIndices": True}
    for kernel, options in ((2, {}), (3, {}), (3, {"stride": 1}), (3, {"stride": 2, "padding": 1}), (2, {"stride": 1, "dilation": 2}),
                            (3, {"padding": 1, "ceilMode": True}), (2, {"ceilMode": True}), ([2, 3], {"stride": [1, 2], "padding": [1, 0]}),
                            ([3, 2], {"stride": 2, "padding": 1, "dilation": [2, 1], "ceilMode": True}), (1, {}), ([5, 7], {}),
                            (3, {"stride": 4}), (2, {"stride": 3, "padding": 1})):
        suite.record("maxPool2d", distinct(2, 3, 5, 7), kernel, options | indices)
        suite.record("maxPool2d", distinct(2, 5, 8), kernel, options)
    for shape in ((1, 1, 14, 14), (0, 2, 4, 4), (1, 1, 1, 1), (2, 1, 1, 9), (3, 2, 9, 1)):
        suite.record("maxPool2d", distinct(*shape), [min(2, shape[2]), min(2, shape[3])], indices)
    suite.record("maxPool2d", values(2, 3, 4, 6, dtype=torch.float64), 2, indices)
    suite.record("maxPool2d", torch.round(values(1, 2, 6, 6)), 3, {"stride": 1} | indices, note="with ties")
    suite.record("maxPool2d", torch.zeros(1, 1, 4, 4), 3, {"padding": 1, "stride": 1} | indices, note="of equal elements")
    suite.record("maxPool2d", torch.full((1, 1, 3, 3), -INF), 2, {"padding": 1, "stride": 1} | indices, note="of -infinity", grad=False)
    suite.record("maxPool2d", torch.tensor([[[1.0, NAN, 2.0, 3.0], [0.0, 1.0, INF, -INF]]]), 2, indices, note="with NaN", grad=False)
    suite.record("maxPool2d", Input(distinct(2, 3, 4, 6), TRANSPOSED), 2, indices)
    suite.record("maxPool2d", Input(distinct(2, 3, 4, 6), SLICED), 2, {"stride": 1} | indices)
    suite.record("maxPool2d", values(1, 2, 4, 4, dtype=torch.int32, low=-9, high=9), 2, indices)
    for kernel, options in ((2, {}), (3, {"stride": 1, "padding": 1}), (3, {"stride": 2, "ceilMode": True}), (2, {"dilation": 3}), ([4], {})):
        suite.record("maxPool1d", distinct(2, 3, 11), kernel, options | indices)
        suite.record("maxPool1d", distinct(4, 10), kernel, options)
    for args in ((values(4, 4), 2), (values(1, 1, 4, 4), 5), (values(1, 1, 4, 4), 2, {"padding": 2}), (values(1, 0, 4, 4), 2),
                 (values(1, 1, 0, 4), 2), (values(1, 1, 4, 4), 0), (values(1, 1, 4, 4), 2, {"stride": 0}), (values(1, 1, 4, 4), [2, 2, 2])):
        suite.refuse("maxPool2d", *args)
    suite.refuse("maxPool1d", values(4), 2)


def avg_pools(suite):
    for kernel, options in ((2, {}), (3, {}), (3, {"stride": 1}), (3, {"stride": 2, "padding": 1}),
                            (3, {"stride": 2, "padding": 1, "countIncludePad": False}), (3, {"padding": 1, "ceilMode": True}),
                            (3, {"padding": 1, "ceilMode": True, "countIncludePad": False}), (2, {"divisorOverride": 3}),
                            ([2, 3], {"stride": [1, 2], "padding": [1, 0], "ceilMode": True}), (1, {}), ([5, 7], {}),
                            (2, {"stride": 3, "padding": 1, "divisorOverride": -2})):
        suite.record("avgPool2d", values(2, 3, 5, 7), kernel, options)
        suite.record("avgPool2d", values(2, 5, 8), kernel, options)
    for shape in ((1, 1, 14, 14), (0, 2, 4, 4), (1, 1, 1, 1), (2, 1, 1, 9)):
        suite.record("avgPool2d", values(*shape), [min(2, shape[2]), min(2, shape[3])])
    suite.record("avgPool2d", values(2, 3, 4, 6, dtype=torch.float64), 2)
    suite.record("avgPool2d", torch.tensor([[[1.0, NAN, 2.0, 3.0], [0.0, 1.0, INF, -INF]]]), 2, note="with NaN", grad=False)
    suite.record("avgPool2d", Input(values(2, 3, 4, 6), TRANSPOSED), 2)
    suite.record("avgPool2d", Input(values(2, 3, 4, 6), SLICED), 2, {"stride": 1})
    for kernel, options in ((2, {}), (3, {"stride": 1, "padding": 1}), (3, {"stride": 2, "ceilMode": True}),
                            (4, {"padding": 2, "countIncludePad": False}), ([4], {})):
        suite.record("avgPool1d", values(2, 3, 11), kernel, options)
        suite.record("avgPool1d", values(4, 10), kernel, options)
    for args in ((values(4, 4), 2), (values(1, 1, 4, 4), 5), (values(1, 1, 4, 4), 2, {"padding": 2}),
                 (values(1, 1, 4, 4), 2, {"divisorOverride": 0}), (values(1, 1, 4, 4), 2, {"stride": 0})):
        suite.refuse("avgPool2d", *args)
    suite.refuse("avgPool1d", values(4), 2)


def adaptive_pools(suite):
    indices = {"returnIndices": True}
    for size in (1, 2, 3, [2, 5], [5, 7], [9, 8], [1, 7]):
        suite.record("adaptiveAvgPool2d", values(2, 3, 5, 7), size)
        suite.record("adaptiveMaxPool2d", distinct(2, 3, 5, 7), size, indices)
    suite.record("adaptiveAvgPool2d", values(3, 6, 4), [3, 2])
    suite.record("adaptiveMaxPool2d", distinct(3, 6, 4), [3, 2])
    suite.record("adaptiveAvgPool2d", values(0, 2, 5, 5), 2)
    suite.record("adaptiveAvgPool2d", values(2, 2, 5, 5, dtype=torch.float64), 3)
    suite.record("adaptiveMaxPool2d", values(2, 2, 5, 5, dtype=torch.float64), 3, indices)
    suite.record("adaptiveAvgPool2d", Input(values(2, 3, 4, 6), TRANSPOSED), [4, 3])
    suite.record("adaptiveAvgPool2d", torch.tensor([[[1.0, INF, 2.0], [0.0, 1.0, NAN]]]), 2, note="with infinity", grad=False)
    for size in (1, 3, 4, 9):
        suite.record("adaptiveAvgPool1d", values(2, 3, 9), size)
        suite.record("adaptiveMaxPool1d", distinct(2, 3, 9), size, indices)
    suite.record("adaptiveAvgPool1d", values(3, 6), 4)
    suite.refuse("adaptiveAvgPool2d", values(5, 5), 2)
    suite.refuse("adaptiveMaxPool2d", values(5, 5), 2)
    suite.refuse("adaptiveAvgPool2d", values(1, 1, 0, 5), 2)
    suite.refuse("adaptiveAvgPool2d", values(1, 1, 5, 5), [2, 2, 2])


def pads(suite):
    for mode in ("reflect", "replicate", "circular"):
        for shape, padding in (((2, 5), [2, 1]), ((2, 3, 5), [1, 3]), ((3, 4, 5), [1, 2, 3, 0]), ((2, 3, 4, 5), [3, 2, 1, 2]),
                               ((2, 3, 4, 5), [0, 0, 0, 0]), ((2, 5), [-1, 2]), ((1, 2, 4, 5), [-1, 2, 1, -2]), ((0, 2, 3), [1, 1])):
            suite.record("pad", values(*shape), padding, mode, function=True)
        suite.record("pad", values(2, 3, dtype=torch.float64), [1, 2], mode, function=True)
        suite.record("pad", Input(values(2, 3, 4, 6), TRANSPOSED), [1, 2, 0, 3], mode, function=True)
        for x, padding in ((values(2, 3, 4, 5), [1, 1]), (values(3), [1, 1]), (values(2, 3), [1]), (values(2, 0), [1, 1]), (values(1, 2, 3), [-2, -1])):
            if mode != "circular" or padding != [-2, -1]:
                suite.refuse("pad", x, padding, mode, function=True)
    suite.refuse("pad", values(2, 3), [3, 0], "reflect", function=True)
    suite.refuse("pad", values(2, 3), [4, 0], "circular", function=True)
    suite.refuse("pad", values(2, 3), [1, 1], "mirror", function=True)
    suite.record("pad", values(2, 3, 4), [1, 2, 0, 1], "constant", 1.5, function=True)
    suite.record("pad", values(2, 3, 4), [1, 2, 0, 1, 2, 2], "constant", -INF, function=True)
    suite.record("pad", values(2, 3), [1, 1], function=True)


def interpolations(suite):
    # The positions that PyTorch computes in float32 weigh the elements.
    close = {"tolerance": {"rtol": 5e-6, "atol": 1e-6}, "gradient_tolerance": {"rtol": 5e-6, "atol": 1e-6}}
    for options in ({"scaleFactor": 2}, {"scaleFactor": 3}, {"scaleFactor": 0.5}, {"scaleFactor": 1.7}, {"scaleFactor": [2, 1]}, {"size": 4},
                    {"size": [7, 3]}, {"size": [4, 6]}, {"scaleFactor": [0.6, 1.3], "recomputeScaleFactor": True}, {"size": [1, 1]}):
        for mode in ({}, {"mode": "nearest-exact"}, {"mode": "bilinear"}, {"mode": "bilinear", "alignCorners": True}, {"mode": "area"}):
            suite.record("interpolate", values(2, 3, 4, 6), options | mode, **close)
    for options in ({"scaleFactor": 2}, {"size": 4}, {"scaleFactor": 1.3}, {"size": 17}):
        for mode in ({}, {"mode": "nearest-exact"}, {"mode": "linear"}, {"mode": "linear", "alignCorners": True}, {"mode": "area"}):
            suite.record("interpolate", values(2, 3, 7), options | mode, **close)
    for mode in ("nearest", "bilinear"):
        suite.record("interpolate", values(2, 3, 5, 4, dtype=torch.float64), {"scaleFactor": 1.6, "mode": mode})
        suite.record("interpolate", Input(values(2, 3, 4, 6), TRANSPOSED), {"size": [5, 9], "mode": mode}, **close)
        suite.record("interpolate", values(0, 3, 4, 4), {"scaleFactor": 2, "mode": mode})
    for x, options in ((values(2, 3, 4, 4), {}), (values(2, 3, 4, 4), {"size": 2, "scaleFactor": 2}), (values(3, 4), {"size": 2}),
                       (values(2, 3, 4, 4), {"size": 2, "mode": "linear"}), (values(2, 3, 4), {"size": 2, "mode": "bilinear"}),
                       (values(2, 3, 4, 4), {"size": 2, "alignCorners": True}), (values(2, 3, 4, 4), {"scaleFactor": 0.1}),
                       (values(2, 3, 4, 4), {"size": [2, 2, 2]}), (values(2, 0, 4, 4), {"size": 2}), (values(2, 3, 4, 4), {"scaleFactor": [2]}),
                       (values(2, 3, 4, 4), {"size": 3, "mode": "closest"})):
        suite.refuse("interpolate", x, options)


def shuffles(suite):
    for shape, r in (((8, 2, 3), 2), ((2, 9, 2, 1), 3), ((2, 2, 4, 3, 2), 2), ((0, 4, 2, 2), 2), ((3, 2, 2), 1)):
        # Where there are no elements, PyTorch's gradients, and what it unshuffles, have the wrong shape.
        suite.record("pixelShuffle", values(*shape), r, grad=0 not in shape)
        if 0 not in shape:
            suite.record("pixelUnshuffle", values(*shape[:-3], shape[-3], shape[-2] * r, shape[-1] * r), r)
    suite.refuse("pixelShuffle", values(6, 2, 2), 2)
    suite.refuse("pixelShuffle", values(4, 2), 2)
    suite.refuse("pixelUnshuffle", values(1, 3, 4), 2)


def norms(suite):
    close = {"tolerance": LOOSE, "gradient_tolerance": {"rtol": 1e-5, "atol": 4e-6}}
    for shape in ((2, 3, 4, 5), (4, 2, 3, 3), (1, 2, 6, 7), (3, 17, 2, 2), (2, 5, 9)):
        channels = shape[1]
        affine = {"weight": values(channels, seed="weight"), "bias": values(channels, seed="bias")}

        def running():
            return {
                "runningMean": Input(values(channels, seed="mean"), grad=False),
                "runningVar": Input(values(channels, low=0.5, high=2, seed="var"), grad=False),
            }

        suite.record("batchNorm", values(*shape), running() | affine | {"training": True}, after=(1, 2), **close)
        suite.record("batchNorm", values(*shape), {"training": True, "eps": 0.1}, **close)
        suite.record("batchNorm", values(*shape), running() | affine | {"training": False}, **close)
        suite.record("instanceNorm", values(*shape), **close)
        suite.record("instanceNorm", values(*shape), affine | {"eps": 0.01}, **close)
        suite.record("instanceNorm", values(*shape), running() | affine | {"momentum": 0.3}, after=(1, 2), **close)
        suite.record("instanceNorm", values(*shape), running() | affine | {"useInputStats": False}, after=(1, 2), **close)
    for shape, groups in (((2, 6, 4, 5), 3), ((1, 4, 7, 7), 4), ((3, 8, 2, 3), 1)):
        weight, bias = values(shape[1], seed="weight"), values(shape[1], seed="bias")
        suite.record("groupNorm", values(*shape), groups, weight, bias, **close)
    suite.record("batchNorm", Input(values(2, 3, 4, 6), TRANSPOSED), {"training": True}, **close)
    suite.record("batchNorm", values(2, 3, 4, 5, dtype=torch.float64), {"training": True})
    suite.refuse("instanceNorm", values(2, 3, 1, 1))
    suite.refuse("instanceNorm", values(2, 3))
    suite.refuse("instanceNorm", values(2, 3, 4), {"weight": values(2)})


def modules(suite):
    record = recorder(suite)
    for spec in (layer("MaxPool2d", 2), layer("MaxPool2d", [3, 2], {"stride": [2, 1], "padding": 1, "ceilMode": True}),
                 layer("MaxPool2d", 2, {"dilation": 2, "stride": 1}), layer("AvgPool2d", 2),
                 layer("AvgPool2d", 3, {"stride": 2, "padding": 1, "countIncludePad": False}), layer("AvgPool2d", 2, {"divisorOverride": 3}),
                 layer("AdaptiveAvgPool2d", 1), layer("AdaptiveAvgPool2d", [None, 3]), layer("AdaptiveMaxPool2d", 2),
                 layer("ZeroPad2d", 1), layer("ZeroPad2d", [1, 0, 2, 1]), layer("ConstantPad2d", 1, 3.5), layer("ReflectionPad2d", 2),
                 layer("ReplicationPad2d", [1, 2, 0, 1]), layer("CircularPad2d", 2), layer("Upsample", {"scaleFactor": 2}),
                 layer("Upsample", {"size": [7, 3], "mode": "bilinear"}), layer("UpsamplingNearest2d", {"scaleFactor": 2}),
                 layer("UpsamplingBilinear2d", {"scaleFactor": 2}), layer("PixelShuffle", 2), layer("PixelUnshuffle", 2),
                 layer("Sequential", layer("ZeroPad2d", 1), layer("MaxPool2d", 2), layer("Flatten"))):
        record(spec, distinct(2, 4, 4, 6))
    for spec in (layer("MaxPool1d", 2), layer("MaxPool1d", 3, {"stride": 2, "padding": 1}), layer("AvgPool1d", 2), layer("AdaptiveAvgPool1d", 4),
                 layer("AdaptiveMaxPool1d", 4), layer("ZeroPad1d", [2, 1]), layer("ConstantPad1d", 2, -1), layer("ReflectionPad1d", 2),
                 layer("ReplicationPad1d", [0, 3]), layer("CircularPad1d", 2)):
        record(spec, distinct(2, 3, 9))
    for training in (True, False):
        kinds = {"training": training, "tolerance": {"rtol": 1e-5, "atol": 4e-6}}
        record(layer("BatchNorm2d", 3), values(2, 3, 4, 5), **kinds)
        record(layer("BatchNorm2d", 3), values(2, 3, 4, 5), nudge=True, note=" with weights", **kinds)
        record(layer("BatchNorm2d", 3, {"momentum": None}), values(2, 3, 4, 5), nudge=True, **kinds)
        record(layer("BatchNorm2d", 3, {"affine": False, "eps": 0.01}), values(1, 3, 2, 2), **kinds)
        record(layer("BatchNorm2d", 3, {"trackRunningStats": False}), values(2, 3, 4, 5), **kinds)
        for name, shape in (("InstanceNorm1d", (2, 3, 5)), ("InstanceNorm1d", (3, 5)), ("InstanceNorm2d", (2, 3, 4, 5)), ("InstanceNorm2d", (3, 4, 5))):
            record(layer(name, 3), values(*shape), **kinds)
            record(layer(name, 3, {"affine": True, "trackRunningStats": True}), values(*shape), nudge=True, **kinds)
        record(layer("GroupNorm", 2, 4), values(2, 4, 3, 5), nudge=True, **kinds)
        for p in (0.5, 0.2, 0, 1):
            record(layer("Dropout2d", p), values(4, 5, 2, 3) + 3, seed=11, training=training)
            record(layer("Dropout1d", p), values(4, 5, 2) + 3, seed=11, training=training)
        record(layer("Dropout1d"), values(20, 3) + 3, seed=5, training=training)
        record(layer("Dropout2d"), values(6, 5, 3) + 3, seed=5, training=training)
        record(layer("Dropout2d"), values(40, 1, 1, 1) + 3, seed=5, training=training)


def generate():
    operations, layers = core_suite("pool"), core_suite("pool-layers")
    for fill in (max_pools, avg_pools, adaptive_pools, pads, interpolations, shuffles, norms):
        fill(operations)
    modules(layers)
    return [operations, layers]
