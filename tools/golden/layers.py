"""nn modules: initial state for a seed, output, gradients of input and parameters, and the state after one call."""
import re

import torch
from torch import nn

from .case import core_suite, operands, outputs
from .fixture import Input, encode, upstream, values
from .normalization import LOOSE

def snake(name):
    """PyTorch's spelling of an option."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def layer(name, *args):
    return {"layer": name, "args": list(args)}


def build(spec):
    """A module, with those that its arguments and options describe."""
    def made(value):
        if isinstance(value, dict):
            return build(value) if "layer" in value else {snake(k): made(v) for k, v in value.items()}
        return value

    args = [made(a) for a in spec["args"]]
    options = args.pop() if args and isinstance(args[-1], dict) else {}
    return getattr(nn, spec["layer"])(*args, **options)


def title(spec):
    def shown(argument):
        if isinstance(argument, dict) and "layer" in argument:
            return title(argument)
        text = str(argument) if not isinstance(argument, dict) else ", ".join(f"{k}: {shown(v)}" for k, v in argument.items())
        return re.sub(r"\bTrue\b", "true", re.sub(r"\bFalse\b", "false", text))
    return f"{spec['layer']}({', '.join(shown(a) for a in spec['args'])})"


def state(module):
    return {key: encode(value) for key, value in module.state_dict().items()}


def recorder(suite):
    """`record`, which adds the case of a layer to a suite."""
    def record(spec, x, seed=0, training=True, note="", nudge=False, tolerance=None, others=()):
        """
        `others` follow the input: tensors, an `Input` of one that wants a gradient, and options with such in them. `nudge`, or its bounds,
        replaces the initial affine parameters, which hide their own gradients at 1 and 0.
        """
        name = f"{title(spec)} on {list(x.shape)} in {'training' if training else 'evaluation'}{note}, seed {seed}"
        torch.manual_seed(seed)
        module = build(spec).train(training)
        fields = {"module": spec, "seed": seed, "training": training, "state": state(module)}
        if nudge:
            low, high = (0.5, 2) if nudge is True else nudge
            floats = {k: v for k, v in module.state_dict().items() if v.is_floating_point()}
            changed = {k: values(*v.shape, low=low, high=high, seed=k) for k, v in floats.items()}
            module.load_state_dict(changed, strict=False)
            fields["load"] = {k: encode(v) for k, v in changed.items()}
        found, leaves = [], []

        def convert(entry, _):
            leaves.append(entry.tensor.clone().requires_grad_(bool(entry.grad)))
            return leaves[-1]

        encoded = operands(list(others), found, lambda _, i: {"input": i + 1})
        args = operands(list(others), [], convert)
        named = {snake(k): v for k, v in args.pop().items()} if args and isinstance(args[-1], dict) else {}
        x = x.clone()
        if x.is_floating_point():
            x.requires_grad_()
        result = module(x if x.is_floating_point() else x.long(), *args, **named)
        tensors = [t for t in outputs(result) if t is not None]
        of = (lambda given: given[0]) if isinstance(result, torch.Tensor) else list
        fields |= {"input": encode(x) | ({"requiresGrad": True} if x.requires_grad else {}), "output": of([encode(t) for t in tensors])}
        if others:
            fields["others"] = [encode(t) | ({"requiresGrad": True} if t.requires_grad else {}) for t in leaves]
        if encoded != [{"input": i + 1} for i in range(len(leaves))]:
            fields["args"] = encoded
        if tensors[0].requires_grad:
            directions = [upstream(t, name + (f"/{i}" if i else "")) for i, t in enumerate(tensors)]
            torch.autograd.backward(tensors, directions)
            fields |= {"gradOutput": of([encode(d) for d in directions]), "gradient": encode(x.grad),
                       "parameterGradients": {k: encode(p.grad) for k, p in module.named_parameters()}}
            if any(t.requires_grad for t in leaves):
                fields["otherGradients"] = [encode(t.grad) if t.requires_grad else None for t in leaves]
        fields["stateAfter"] = state(module)
        if tolerance:
            fields["tolerance"] = tolerance
        suite.add(name, **fields)

    return record


def generate():
    suite = core_suite("layers")
    record = recorder(suite)
    for sizes in ((4, 3), (1, 8), (8, 1), (7, 5)):
        record(layer("Linear", *sizes), values(2, sizes[0]), seed=777)
    record(layer("Linear", 4, 3, {"bias": False}), values(2, 4))
    record(layer("Linear", 4, 3), values(4), seed=1)
    record(layer("Linear", 4, 3), values(2, 3, 4), seed=2)
    record(layer("Linear", 3, 2), torch.zeros(0, 3))

    for shape, x in ((5, (2, 5)), ([5], (2, 3, 5)), ([3, 5], (2, 3, 5))):
        record(layer("LayerNorm", shape), values(*x), tolerance=LOOSE)
        record(layer("LayerNorm", shape), values(*x), nudge=True, note=" with weights", tolerance=LOOSE)
    record(layer("LayerNorm", 5, {"elementwiseAffine": False}), values(2, 5), tolerance=LOOSE)
    record(layer("LayerNorm", 5, {"eps": 0.1}), values(2, 5), tolerance=LOOSE)

    for training in (True, False):
        for x in ((4, 3), (2, 3, 5)):
            record(layer("BatchNorm1d", 3), values(*x), training=training, tolerance=LOOSE)
            record(layer("BatchNorm1d", 3), values(*x), training=training, nudge=True, note=" with weights", tolerance=LOOSE)
        record(layer("BatchNorm1d", 3, {"momentum": 0.3, "eps": 0.01}), values(4, 3), training=training, tolerance=LOOSE)
        record(layer("BatchNorm1d", 3, {"momentum": None}), values(4, 3), training=training, nudge=True, tolerance=LOOSE)
        record(layer("BatchNorm1d", 3, {"affine": False}), values(4, 3), training=training, tolerance=LOOSE)
        record(layer("BatchNorm1d", 3, {"trackRunningStats": False}), values(4, 3), training=training, tolerance=LOOSE)

    index = torch.tensor([[1, 0, 2], [2, 2, 1]], dtype=torch.int32)
    record(layer("Embedding", 3, 4), index)
    record(layer("Embedding", 5, 6), index, seed=3)
    record(layer("Embedding", 3, 4, {"paddingIdx": 2}), index)
    record(layer("Embedding", 3, 4, {"maxNorm": 1.5}), index)
    record(layer("Embedding", 5, 6, {"maxNorm": 2, "normType": 1, "paddingIdx": 0}), index, seed=3)

    for p in (0.5, 0.2, 0.9, 0, 1):
        record(layer("Dropout", p), values(3, 7) + 3, seed=11)
        record(layer("Dropout", p), values(3, 7) + 3, seed=11, training=False)
    record(layer("Dropout"), values(40), seed=5)

    for spec in (layer("ReLU"), layer("LeakyReLU"), layer("LeakyReLU", 0.02), layer("Sigmoid"), layer("Tanh"), layer("GELU"),
                 layer("GELU", {"approximate": "tanh"}), layer("SiLU"), layer("ELU"), layer("ELU", 0.5), layer("Softplus"),
                 layer("Softplus", 2, 3), layer("Softmax", 1), layer("LogSoftmax", -1), layer("Flatten"),
                 layer("Flatten", 0, 1)):
        record(spec, values(2, 3, 2) * 2, tolerance=LOOSE if "oftmax" in spec["layer"] else None)

    def mlp(widths, hidden, last=None):
        steps = []
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            steps.append(layer("Linear", a, b))
            activation = hidden if i < len(widths) - 2 else last
            steps += [layer(activation)] if activation else []
        return layer("Sequential", *steps)

    record(mlp((2, 2, 1), "Sigmoid", "Sigmoid"), torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), seed=777)
    record(mlp((2, 10, 10, 10, 1), "Sigmoid", "Sigmoid"), values(3, 2), seed=777, tolerance={"rtol": 5e-6, "atol": 5e-6})
    record(mlp((8, 4, 6, 1), "Sigmoid", "Sigmoid"), values(3, 8), seed=777)
    record(mlp((1, 8, 4, 1), "ReLU"), values(5, 1), seed=220119)
    record(mlp((6, 20, 10), "ReLU"), values(4, 6), seed=0)
    for steps, x, seed, tolerance in [
        ([layer("Linear", 5, 6), layer("LayerNorm", 6), layer("GELU"), layer("Dropout", 0.25), layer("Linear", 6, 2)],
         values(4, 5), 8, LOOSE),
        ([layer("Linear", 5, 6, {"bias": False}), layer("BatchNorm1d", 6), layer("ReLU"), layer("Linear", 6, 2)],
         values(4, 5), 8, LOOSE),
        ([layer("Sequential", layer("Linear", 3, 4), layer("Tanh")), layer("Linear", 4, 2)], values(2, 3), 4, None),
        ([layer("Flatten"), layer("Linear", 6, 4), layer("LeakyReLU", 0.02), layer("Softmax", 1)], values(3, 2, 3), 4, None),
    ]:
        record(layer("Sequential", *steps), x, seed=seed, tolerance=tolerance)
    return suite
