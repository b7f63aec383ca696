"""Convolutions and transposed convolutions, as functions and as modules."""
import torch

from .case import core_suite
from .fixture import Input, values
from .layers import layer, recorder

# A sum of products that PyTorch adds in another order, up to 50 of them.
CLOSE = {"rtol": 5e-6, "atol": 1e-6}
DOUBLE = torch.float64


def recording(suite):
    def record(op, *args, **options):
        suite.record(op, *args, **({"tolerance": CLOSE, "gradient_tolerance": CLOSE} | options))
    return record


def weights(op, channels, outputs, kernel, groups=1, dtype=torch.float32):
    first, second = (channels, outputs) if "Transpose" in op else (outputs, channels)
    return values(first, second // groups, *kernel, seed="weight", dtype=dtype)


def geometry(record, op, shape, outputs, kernel, options={}, bias=True, dtype=torch.float32):
    groups = options.get("groups", 1)
    weight = weights(op, shape[-1 - len(kernel)], outputs, kernel, groups, dtype)
    shift = values(outputs, seed="bias", dtype=dtype) if bias else None
    args = ([shift] if bias else [None] if options else []) + ([options] if options else [])
    close = {} if dtype == torch.float32 else {"tolerance": None, "gradient_tolerance": None}
    record(op, values(*shape, dtype=dtype), weight, *args, **close)


def images(record):
    for shape, outputs, kernel in [
        ((2, 3, 7, 5), 4, (3, 3)), ((1, 1, 1, 1), 1, (1, 1)), ((3, 1, 6, 6), 2, (6, 6)), ((2, 2, 4, 9), 3, (1, 4)),
        ((2, 5, 3, 3), 7, (1, 1)), ((3, 4, 6), 2, (2, 3)), ((0, 3, 5, 5), 2, (3, 2)), ((1, 3, 8, 8), 5, (5, 5)),
    ]:
        geometry(record, "conv2d", shape, outputs, kernel)
        geometry(record, "conv2d", shape, outputs, kernel, bias=False)
    for options in [
        {"stride": 2}, {"stride": [2, 3]}, {"stride": [1, 9]}, {"padding": 1}, {"padding": [2, 0]}, {"padding": 4}, {"padding": "same"},
        {"padding": "valid"}, {"dilation": 2}, {"dilation": [1, 2]}, {"dilation": [3, 1], "padding": [3, 0]},
        {"stride": 2, "padding": 1}, {"stride": 3, "padding": [1, 2], "dilation": [2, 1]}, {"padding": "same", "dilation": 2},
    ]:
        geometry(record, "conv2d", (2, 2, 7, 8), 3, (3, 2), options)
        geometry(record, "conv2d", (1, 4, 8, 7), 6, (2, 3), options | {"groups": 2}, bias=False)
        geometry(record, "conv2d", (3, 8, 7), 3, (3, 3), options | {"groups": 3})
    for options in [{"groups": 4}, {"groups": 4, "stride": 2, "padding": 1}, {"groups": 2, "padding": "same"}]:
        geometry(record, "conv2d", (2, 4, 5, 6), 8, (3, 4), options)
        geometry(record, "conv2d", (2, 4, 5, 6), 4, (3, 3), options, dtype=DOUBLE)
    geometry(record, "conv2d", (2, 3, 6, 5), 4, (3, 3), {"padding": 1}, dtype=DOUBLE)


def signals(record):
    for shape, outputs, kernel in [((2, 3, 9), 4, (3,)), ((1, 1, 1), 1, (1,)), ((3, 2, 5), 2, (5,)), ((4, 8), 3, (2,)), ((0, 2, 6), 3, (3,))]:
        geometry(record, "conv1d", shape, outputs, kernel)
        geometry(record, "conv1d", shape, outputs, kernel, bias=False)
    for options in [{"stride": 2}, {"stride": [3], "padding": [1]}, {"padding": 2}, {"padding": "same"}, {"padding": "valid"},
                    {"dilation": 3}, {"padding": "same", "dilation": 2}, {"stride": 2, "padding": 1, "dilation": 2}]:
        geometry(record, "conv1d", (2, 4, 10), 6, (4,), options)
        geometry(record, "conv1d", (2, 4, 10), 6, (3,), options | {"groups": 2}, bias=False)
    geometry(record, "conv1d", (2, 3, 9), 4, (3,), {"padding": 1}, dtype=DOUBLE)


def transposed(record):
    for shape, outputs, kernel in [
        ((2, 3, 4, 5), 4, (3, 3)), ((1, 1, 1, 1), 1, (1, 1)), ((1, 2, 1, 1), 3, (4, 5)), ((2, 3, 4), 2, (2, 3)), ((0, 3, 4, 4), 2, (2, 2)),
        ((2, 4, 3, 3), 3, (1, 1)),
    ]:
        geometry(record, "convTranspose2d", shape, outputs, kernel)
        geometry(record, "convTranspose2d", shape, outputs, kernel, bias=False)
    for options in [
        {"stride": 2}, {"stride": [2, 3]}, {"stride": [4, 5]}, {"padding": 1}, {"padding": [2, 0]}, {"stride": 2, "outputPadding": 1},
        {"stride": 2, "padding": 1, "outputPadding": 1}, {"stride": [3, 2], "padding": [1, 0], "outputPadding": [2, 1]}, {"dilation": 2},
        {"dilation": [1, 3], "padding": [0, 2]}, {"dilation": 2, "outputPadding": 1}, {"stride": 3, "padding": 2, "dilation": 2},
    ]:
        geometry(record, "convTranspose2d", (2, 2, 4, 3), 3, (3, 2), options)
        geometry(record, "convTranspose2d", (1, 4, 3, 4), 6, (3, 3), options | {"groups": 2}, bias=False)
    geometry(record, "convTranspose2d", (2, 4, 3, 3), 4, (3, 3), {"groups": 4, "stride": 2})
    geometry(record, "convTranspose2d", (2, 2, 3, 4), 3, (3, 2), {"stride": 2, "padding": 1}, dtype=DOUBLE)
    for shape, outputs, kernel in [((2, 3, 5), 4, (3,)), ((3, 4), 2, (2,)), ((0, 3, 4), 2, (2,))]:
        geometry(record, "convTranspose1d", shape, outputs, kernel)
        geometry(record, "convTranspose1d", shape, outputs, kernel, bias=False)
    for options in [{"stride": 3, "outputPadding": 2}, {"padding": [1]}, {"stride": 2, "padding": 1, "outputPadding": 1}, {"dilation": 2}]:
        geometry(record, "convTranspose1d", (2, 4, 5), 6, (3,), options)
        geometry(record, "convTranspose1d", (2, 4, 5), 6, (4,), options | {"groups": 2}, bias=False)


def layouts(record):
    """Operands that are views with gaps, repetitions or another order."""
    x, weight, bias = values(7, 3, 5, 2), values(3, 2, 4, 3), values(2, 4)
    turned = Input(x, [["permute", 3, 1, 2, 0]])
    kernels = Input(weight, [["permute", 2, 3, 0, 1]])
    shift = Input(bias, [["select", 0, 1]])
    for options in ({}, {"stride": 2, "padding": 1}, {"padding": "same"}):
        record("conv2d", turned, kernels, shift, options)
    repeated = Input(values(1, 2, 1, 6), [["expand", 3, 2, 5, 6]])
    record("conv2d", repeated, values(3, 2, 2, 2))
    record("conv2d", Input(values(2, 4, 8, 9), [["slice", 1, 1, 4, 2], ["slice", 3, 0, 9, 2]]), values(3, 2, 3, 2), None, {"padding": 1})
    record("conv2d", values(2, 2, 4, 4), Input(values(1), [["expand", 3, 2, 2, 2]]))
    record("convTranspose2d", Input(values(5, 3, 4, 2), [["permute", 3, 1, 2, 0]]), Input(values(2, 4, 3, 3), [["permute", 2, 1, 0, 3]]),
           Input(bias, [["select", 0, 0]]), {"stride": 2})
    record("conv1d", Input(values(6, 2, 3), [["permute", 2, 1, 0]]), Input(values(3, 2, 4), [["permute", 2, 1, 0]]))


def folds(suite):
    def record(*args):
        suite.record(*args, function=True)

    for kernel, options, size, count in [
        (2, {}, (4, 5), 12), ([2, 3], {"stride": 2}, (5, 7), 6), (3, {"padding": [1, 2]}, (3, 4), 18),
        ([3, 2], {"dilation": [1, 2], "padding": 1, "stride": [2, 1]}, (6, 5), 15), (1, {"stride": 3}, (7, 4), 6),
    ]:
        area = kernel ** 2 if isinstance(kernel, int) else kernel[0] * kernel[1]
        for lead in ((2,), ()):
            record("unfold", values(*lead, 3, *size), kernel, *([options] if options else []))
            record("fold", values(*lead, 3 * area, count), list(size), kernel, *([options] if options else []))
    record("unfold", values(0, 2, 4, 4), 2)
    record("fold", values(0, 8, 9), 4, 2)
    record("unfold", Input(values(5, 4, 3, 2), [["permute", 3, 2, 0, 1]]), 2)
    record("fold", Input(values(9, 8, 2), [["permute", 2, 1, 0]]), 4, 2)
    record("unfold", values(2, 2, 4, 4, dtype=DOUBLE), 3)
    record("fold", values(2, 18, 4, dtype=DOUBLE), 4, 3)
    for args, expected in [
        ((values(4, 4), 2), "an input [N, C, H, W] or [C, H, W], got shape [4, 4]"),
        ((values(1, 2, 4, 4), 5), "at least one window along each axis of [1, 2, 4, 4], got 0 x 0"),
        ((values(1, 2, 4, 4), 0), "kernelSize to be an integer of at least 1, or 2 of them, got 0"),
        ((values(1, 2, 4, 4), 2, {"stride": 0}), "stride to be an integer of at least 1, or 2 of them, got 0"),
        ((values(1, 2, 4, 4), 2, {"padding": -1}), "padding to be an integer of at least 0, or 2 of them, got -1"),
    ]:
        suite.refuse("unfold", *args, expected=f"unfold: expected {expected}", function=True)
    for args, expected in [
        ((values(8), 4, 2), "an input [N, C · 2 · 2, L] or without N, got shape [8]"),
        ((values(1, 7, 9), 4, 2), "an input [N, C · 2 · 2, L] or without N, got shape [1, 7, 9]"),
        ((values(1, 8, 8), 4, 2), "3 x 3 windows of images [4, 4], got 8 in shape [1, 8, 8]"),
        ((values(1, 8, 9), [1, 4], 2), "0 x 3 windows of images [1, 4], got 9 in shape [1, 8, 9]"),
    ]:
        suite.refuse("fold", *args, expected=f"fold: expected {expected}", function=True)


def integers(record):
    for dtype in (torch.int32, torch.uint8):
        low = 0 if dtype == torch.uint8 else -9
        x, weight = values(2, 3, 5, 4, low=low, high=9, dtype=dtype), values(2, 3, 2, 2, low=low, high=5, dtype=dtype)
        record("conv2d", x, weight, grad=False, truth=False, tolerance=None, gradient_tolerance=None)
        record("conv2d", x, weight, values(2, low=0, high=9, dtype=dtype), {"padding": 1}, grad=False, truth=False, tolerance=None,
               gradient_tolerance=None)


def refusals(suite):
    x, weight = values(1, 2, 4, 4), values(3, 2, 2, 2)

    def refuse(op, *args, expected=None):
        suite.refuse(op, *args, expected=f"{op}: expected {expected}")

    refuse("conv2d", values(4, 4), weight, expected="an input [N, C, H, W] or [C, H, W], got shape [4, 4]")
    refuse("conv2d", values(1, 1, 2, 4, 4), weight, expected="an input [N, C, H, W]")
    refuse("conv2d", x, values(3, 2, 2), expected="a weight of 4 dims, got shape [3, 2, 2]")
    refuse("conv2d", x, values(3, 3, 2, 2), expected="an input of 3 channels for groups=1 and a weight of shape [3, 3, 2, 2], got shape [1, 2, 4, 4]")
    refuse("conv2d", x, values(3, 1, 2, 2), None, {"groups": 2}, expected="a weight whose first size is a multiple of groups=2")
    refuse("conv2d", x, values(4, 2, 2, 2), None, {"groups": 2}, expected="an input of 4 channels for groups=2")
    refuse("conv2d", x, values(0, 2, 2, 2), expected="a weight whose first size is")
    refuse("conv2d", x, values(3, 2, 0, 2), expected="a weight whose kernel sizes are at least 1")
    refuse("conv2d", x, values(3, 2, 5, 2), expected="a kernel of at most the padded input's size 4 x 4, got 5 x 2")
    refuse("conv2d", x, weight, None, {"dilation": 4}, expected="a kernel of at most the padded input's size 4 x 4, got 5 x 5")
    refuse("conv2d", x, weight, values(2), expected="a bias of shape [3], got [2]")
    refuse("conv2d", x, weight, values(3, 1), expected="a bias of shape [3], got [3, 1]")
    refuse("conv2d", x, weight.double(), expected="input, weight and bias of one numeric dtype, got float32 and float64")
    refuse("conv2d", x, weight, values(3).double(), expected="input, weight and bias of one numeric dtype")
    refuse("conv2d", x.bool(), weight.bool(), expected="input, weight and bias of one numeric dtype")
    for options, expected in [
        ({"stride": 0}, "stride to be an integer of at least 1, or 2 of them, got 0"), ({"stride": -1}, "stride to be an integer of at least 1, or 2 of them, got -1"),
        ({"stride": [1, 2, 3]}, "stride to be an integer of at least 1, or 2 of them, got [1, 2, 3]"), ({"stride": 1.5}, "stride to be an integer"),
        ({"padding": -1}, "padding to be an integer of at least 0, or 2 of them, got -1"), ({"padding": "full"}, "padding to be a number"),
        ({"padding": "same", "stride": 2}, "a stride of 1 with padding 'same', got [2, 2]"),
        ({"dilation": 0}, "dilation to be an integer of at least 1, or 2 of them, got 0"), ({"groups": 0}, "groups to be an integer of at least 1, got 0"),
        ({"strides": 2}, "options among"),
    ]:
        refuse("conv2d", x, weight, None, options, expected=expected)
    refuse("conv1d", x, values(3, 2, 2), expected="an input [N, C, L] or [C, L], got shape [1, 2, 4, 4]")
    refuse("conv1d", values(2, 3), values(3, 2, 4), expected="a kernel of at most the padded input's size 3, got 4")
    refuse("conv1d", values(2, 3), values(3, 2, 2), None, {"stride": [1, 1]}, expected="stride to be an integer of at least 1, got [1, 1]")
    kernels = values(2, 3, 2, 2)
    refuse("convTranspose2d", x, values(3, 3, 2, 2), expected="an input of 3 channels for groups=1 and a weight of shape [3, 3, 2, 2]")
    refuse("convTranspose2d", x, kernels, values(2), expected="a bias of shape [3], got [2]")
    refuse("convTranspose2d", x, kernels, None, {"groups": 3}, expected="a weight whose first size is a multiple of groups=3")
    refuse("convTranspose2d", x, kernels, None, {"stride": 2, "outputPadding": 2}, expected="an outputPadding below the stride or the dilation, got 2")
    refuse("convTranspose2d", x, kernels, None, {"padding": 3}, expected="an output of at least 1 element along each axis, got -1 x -1")
    refuse("convTranspose2d", x, kernels, None, {"padding": -1}, expected="padding to be an integer of at least 0, or 2 of them, got -1")
    refuse("convTranspose2d", x, kernels, None, {"outputPadding": -1}, expected="outputPadding to be an integer of at least 0, or 2 of them, got -1")
    refuse("convTranspose2d", x, kernels.double(), expected="input, weight and bias of one numeric dtype")
    refuse("convTranspose2d", x.int(), kernels.int(), expected="a floating-point tensor, got int32")
    suite.refuse("fold", values(8, 9).int(), 4, 2, expected="fold: expected ", function=True)
    refuse("convTranspose1d", values(2, 3), values(2, 3, 2), None, {"padding": 2}, expected="an output of at least 1 element along each axis, got 0")


def modules():
    suite = core_suite("convolution-layers")
    recorded = recorder(suite)

    def record(*args, **options):
        recorded(*args, **({"tolerance": CLOSE} | options))

    record(layer("Conv2d", 1, 4, 3), values(2, 1, 6, 5), seed=777)
    record(layer("Conv2d", 3, 4, [3, 2], {"stride": [2, 1], "padding": [0, 1], "bias": False}), values(2, 3, 5, 5), seed=1)
    record(layer("Conv2d", 4, 6, 2, {"groups": 2, "dilation": [1, 2]}), values(1, 4, 5, 6), seed=2)
    record(layer("Conv2d", 3, 3, 3, {"groups": 3, "padding": "same"}), values(3, 4, 5), seed=3)
    record(layer("Conv1d", 3, 4, 3, {"stride": 2, "padding": 1}), values(2, 3, 8), seed=4)
    record(layer("Conv1d", 2, 4, 4, {"padding": "same", "dilation": 2}), values(2, 9), seed=5)
    for mode in ("reflect", "replicate", "circular"):
        record(layer("Conv2d", 2, 3, 3, {"padding": 1, "paddingMode": mode}), values(2, 2, 5, 4), seed=6)
        record(layer("Conv2d", 2, 3, [3, 5], {"padding": [0, 2], "stride": 2, "paddingMode": mode}), values(2, 2, 5, 4), seed=7)
        record(layer("Conv2d", 2, 2, [2, 4], {"padding": "same", "groups": 2, "paddingMode": mode}), values(2, 5, 6), seed=8)
        record(layer("Conv2d", 2, 2, 2, {"padding": "valid", "paddingMode": mode}), values(1, 2, 3, 3), seed=8)
        record(layer("Conv1d", 2, 3, 5, {"padding": 3, "paddingMode": mode}), values(2, 2, 6), seed=9)
        record(layer("Conv1d", 2, 3, 4, {"padding": "same", "paddingMode": mode}), values(2, 6), seed=9)
    record(layer("Conv2d", 2, 3, 3, {"padding": [2, 0], "paddingMode": "circular"}), values(2, 2, 2, 4), seed=10)
    record(layer("Conv2d", 2, 3, 3, {"padding": 7, "paddingMode": "replicate"}), values(2, 2, 2, 4), seed=10)
    record(layer("Conv2d", 2, 3, 3), torch.zeros(0, 2, 4, 4), seed=11)
    record(layer("ConvTranspose2d", 3, 4, 3, {"stride": 2, "padding": 1}), values(2, 3, 4, 3), seed=12)
    record(layer("ConvTranspose2d", 4, 6, [2, 3], {"stride": [2, 3], "outputPadding": [1, 2], "groups": 2, "bias": False}),
           values(1, 4, 3, 3), seed=13)
    record(layer("ConvTranspose2d", 2, 3, 2, {"dilation": 2}), values(2, 3, 4), seed=14)
    record(layer("ConvTranspose1d", 3, 4, 3, {"stride": 3, "padding": 1, "outputPadding": 1}), values(2, 3, 5), seed=15)
    recorded(layer("Unfold", [2, 3], {"padding": [1, 0], "stride": 2}), values(2, 3, 4, 5))
    recorded(layer("Fold", [4, 5], 2, {"padding": 1, "dilation": 2}), values(2, 12, 20))
    record(layer("Sequential", layer("Conv2d", 1, 4, 3, {"padding": 1}), layer("ReLU"), layer("Conv2d", 4, 2, 3, {"stride": 2}),
                 layer("Flatten"), layer("Linear", 18, 3)), values(2, 1, 7, 7), seed=777)
    return suite


def generate():
    suite = core_suite("convolution")
    record = recording(suite)
    images(record)
    signals(record)
    transposed(record)
    layouts(record)
    folds(suite)
    integers(record)
    refusals(suite)
    return [suite, modules()]
