"""Losses of margins between classes, with every reduction and option."""
import torch

from .case import OpSuite
from .fixture import CORE, values
from .losses import EVERY, REDUCTIONS, index, recorder


def generate():
    suite = OpSuite("margins", CORE)
    record, refuse = recorder(suite)

    x, weight = values(3, 4), values(4, low=0.2, seed="weight")
    signs = torch.tensor([1.0, -1, 1, 1, -1, -1, 1, -1, 1, 1, -1, 1]).reshape(3, 4)
    for options in REDUCTIONS:
        record("softMarginLoss", x * 3, signs, *([options] if options else []))
    record("softMarginLoss", x.double(), signs.double())
    record("softMarginLoss", torch.tensor([80.0, -80.0, 0.0]), torch.ones(3), {"reduction": "none"}, note="far out")
    refuse("softMarginLoss", x, signs[0, :3])
    refuse("softMarginLoss", x, signs, {"reduction": "average"})

    logits, classes = values(5, 4, low=-3, high=3), index([0, 3, 1, 1, 2])
    for options in REDUCTIONS:
        record("multiMarginLoss", logits, classes, *([options] if options else []))
    for options in EVERY:
        record("multiMarginLoss", logits, classes, options | {"p": 2})
        record("multiMarginLoss", logits, classes, options | {"margin": 0.4, "weight": weight})
        record("multiMarginLoss", logits, classes, options | {"p": 2, "margin": 2, "weight": weight})
        record("multiMarginLoss", logits[0], torch.tensor(2, dtype=torch.int32), options)
    record("multiMarginLoss", logits.double(), classes)
    record("multiMarginLoss", torch.tensor([[1.0, 2.0, 0.0]]), index([1]), {"margin": 1}, note="at the bend")
    refuse("multiMarginLoss", logits, classes, {"p": 3})
    refuse("multiMarginLoss", logits, classes, {"weight": values(3)})
    refuse("multiMarginLoss", logits, index([0, 1, 2]))
    refuse("multiMarginLoss", logits, index([0, 3, 1, 1, 4]), note="for a class too large")
    refuse("multiMarginLoss", logits, index([0, 3, 1, 1, -1]), note="for a class below 0")
    refuse("multiMarginLoss", values(2, 3, 4), index([0, 1]))

    several = index([0, 2, -1, 1], [3, -1, -1, -1], [-1, 0, 1, 2], [2, 1, 3, 0], [1, 1, -1, 0])
    for options in REDUCTIONS:
        record("multilabelMarginLoss", logits, several, *([options] if options else []))
    for options in EVERY:
        record("multilabelMarginLoss", logits[0], several[0], options)
    record("multilabelMarginLoss", logits.double(), several)
    refuse("multilabelMarginLoss", logits, several[:3])
    refuse("multilabelMarginLoss", logits[0], index([0, 4, -1, -1]), note="for a class too large")
    refuse("multilabelMarginLoss", logits[0], index([0, -2, -1, -1]), note="for a class below -1")

    some = (values(3, 4, seed="target") > 0).float()
    for options in REDUCTIONS:
        record("multilabelSoftMarginLoss", x * 2, some, *([options] if options else []))
    for options in EVERY:
        record("multilabelSoftMarginLoss", x, some, options | {"weight": weight})
        record("multilabelSoftMarginLoss", values(2, 3, 4), values(2, 3, 4, low=0, high=1, seed="soft"), options, targets=True)
        record("multilabelSoftMarginLoss", x[0], some[0], options)
    record("multilabelSoftMarginLoss", x.double(), some.double())
    refuse("multilabelSoftMarginLoss", x, some, {"weight": values(3)})

    a, b, c = values(3, 4), values(3, 4, seed="b"), values(3, 4, seed="c")
    for options in EVERY:
        record("tripletMarginWithDistanceLoss", a, b, c, options, active=(0, 1, 2))
        record("tripletMarginWithDistanceLoss", a, b, c, options | {"margin": 2, "swap": True}, active=(0, 1, 2))
    record("tripletMarginWithDistanceLoss", a[0], b[0], c[0], active=(0, 1, 2))
    refuse("tripletMarginWithDistanceLoss", a, b, c, {"margin": 0})
    refuse("tripletMarginWithDistanceLoss", a, b, c[0])
    return suite
