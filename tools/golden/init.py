"""Initializers: the values that each gives for a seed, to the bit."""
import torch

from .case import core_suite
from .fixture import encode

SHAPES = [(3, 4), (4, 5), (5, 7), (2, 3, 4), (17, 3)]
MODES = {"fanIn": "fan_in", "fanOut": "fan_out"}
CURVES = {"linear": "linear", "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "leakyRelu": "leaky_relu", "selu": "selu"}


def kaiming(name):
    def fill(tensor, options={}):
        named = {"a": options.get("a", 0), "mode": MODES[options.get("mode", "fanIn")],
                 "nonlinearity": CURVES[options.get("nonlinearity", "leakyRelu")]}
        return getattr(torch.nn.init, name)(tensor, **named)
    return fill


INITIALIZERS = {
    "kaimingUniform": kaiming("kaiming_uniform_"),
    "kaimingNormal": kaiming("kaiming_normal_"),
    "xavierUniform": torch.nn.init.xavier_uniform_,
    "xavierNormal": torch.nn.init.xavier_normal_,
    "uniform": torch.nn.init.uniform_,
    "normal": torch.nn.init.normal_,
    "zeros": torch.nn.init.zeros_,
    "ones": torch.nn.init.ones_,
}


def generate():
    suite = core_suite("init")

    def record(init, shape, seed, *args):
        torch.manual_seed(seed)
        tensor = INITIALIZERS[init](torch.empty(shape), *args)
        shown = "".join(f", {a}" for a in args)
        suite.add(f"{init}({list(shape)}{shown}) from seed {seed}", init=init, seed=seed, args=list(args), output=encode(tensor))

    for init in ("kaimingUniform", "kaimingNormal"):
        for shape in SHAPES:
            record(init, shape, 0)
        for curve in CURVES:
            record(init, (4, 3), 1, {"nonlinearity": curve})
        record(init, (4, 3), 2, {"mode": "fanOut", "nonlinearity": "relu"})
        record(init, (6, 5), 777, {"mode": "fanOut"})
        record(init, (4, 3), 3, {"a": 5 ** 0.5})
        record(init, (4, 3), 3, {"a": 0.2, "nonlinearity": "leakyRelu"})
    for init in ("xavierUniform", "xavierNormal"):
        for shape in SHAPES:
            record(init, shape, 0)
        record(init, (4, 3), 777, 5 / 3)
    for init, *ranges in [("uniform", (-1, 1), (0, 0.01)), ("normal", (0, 0.02), (3, 2), (-1,))]:
        for shape in [(3,), *SHAPES, (100,)]:
            record(init, shape, 42)
        for arguments in ranges:
            record(init, (7,), 9, *arguments)
            record(init, (19,), 9, *arguments)
    record("zeros", (2, 3), 0)
    record("ones", (2, 3), 0)
    return suite
