"""Optimizers over 20 steps, parameters after every step; gradient clipping; refused options.

In `optimizers.json` the gradients of every step are given in the header, so that a case tests nothing but the update
rule. In `regression.json` they come from a small network, so that the optimizer and autograd work together.
"""
import re

import torch

from .fixture import TRAIN, Suite, encode, values

STEPS = 20
START = [values(3, 2, seed="start"), values(4, seed="start")]
# The second parameter has no gradient at steps 3 and 4, and a zero gradient at step 8.
GRADIENTS = [[values(3, 2, seed=f"gradient {s}"), None if s in (3, 4) else values(4, seed=f"gradient {s}") * (s != 8)]
             for s in range(STEPS)]
CLASSES = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW, "RMSprop": torch.optim.RMSprop,
           "Adagrad": torch.optim.Adagrad, "Adadelta": torch.optim.Adadelta, "Adamax": torch.optim.Adamax,
           "NAdam": torch.optim.NAdam, "RAdam": torch.optim.RAdam}


def snake(options):
    floats = {"betas": lambda betas: [float(b) for b in betas]}
    return {re.sub("[A-Z]", lambda m: "_" + m[0].lower(), k): floats.get(k, lambda v: v)(v) for k, v in options.items()}


def make(name, parameters, options, groups):
    """`groups` lists {params: indices, ...options}; without it all parameters are one group."""
    if groups is None:
        return CLASSES[name](parameters, **snake(options))
    split = [snake(g) | {"params": [parameters[i] for i in g["params"]]} for g in groups]
    return CLASSES[name](split, **snake(options))


OPTIONS = {
    "SGD": [
        {"lr": 0.1}, {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True}, {"lr": 0.1, "weightDecay": 0.05},
        {"lr": 0.1, "momentum": 0.8, "weightDecay": 0.05},
        {"lr": 0.1, "momentum": 0.8, "weightDecay": 0.05, "nesterov": True},
        {"lr": 0.1, "maximize": True}, {"lr": 0.1, "momentum": 0.9, "weightDecay": 0.01, "maximize": True},
        {"lr": 0}, {"lr": 1, "momentum": 1},
    ],
    "Adam": [
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": [0.8, 0.9]}, {"lr": 0.1, "betas": [0, 0]}, {"lr": 0.1, "eps": 0.01},
        {"lr": 0.1, "weightDecay": 0.05}, {"lr": 0.1, "amsgrad": True},
        {"lr": 0.1, "amsgrad": True, "weightDecay": 0.05, "betas": [0.5, 0.6]},
        {"lr": 0.1, "maximize": True}, {"lr": 0.1, "eps": 0},
    ],
    "AdamW": [
        {}, {"lr": 0.1}, {"lr": 0.1, "weightDecay": 0}, {"lr": 0.1, "weightDecay": 0.2},
        {"lr": 0.1, "betas": [0.8, 0.9], "eps": 0.001},
        {"lr": 0.1, "amsgrad": True}, {"lr": 0.1, "maximize": True},
    ],
    "RMSprop": [
        {}, {"lr": 0.05}, {"lr": 0.05, "alpha": 0.5}, {"lr": 0.05, "eps": 0.1}, {"lr": 0.05, "momentum": 0.9},
        {"lr": 0.05, "centered": True}, {"lr": 0.05, "centered": True, "momentum": 0.9, "weightDecay": 0.05},
        {"lr": 0.05, "weightDecay": 0.05}, {"lr": 0.05, "maximize": True},
    ],
    "Adagrad": [
        {}, {"lr": 0.1}, {"lr": 0.1, "lrDecay": 0.1}, {"lr": 0.1, "weightDecay": 0.05},
        {"lr": 0.1, "initialAccumulatorValue": 0.5}, {"lr": 0.1, "eps": 0.1},
        {"lr": 0.1, "lrDecay": 0.05, "weightDecay": 0.01, "initialAccumulatorValue": 0.1, "eps": 0.001},
        {"lr": 0.1, "maximize": True},
    ],
    "Adadelta": [
        {}, {"lr": 0.5}, {"rho": 0.5}, {"eps": 0.01}, {"weightDecay": 0.05}, {"maximize": True},
    ],
    "Adamax": [
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": [0.8, 0.9]}, {"lr": 0.1, "eps": 0.01}, {"lr": 0.1, "weightDecay": 0.05},
        {"lr": 0.1, "maximize": True},
    ],
    "NAdam": [
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": [0.8, 0.9]}, {"lr": 0.1, "eps": 0.01}, {"lr": 0.1, "momentumDecay": 0.1},
        {"lr": 0.1, "weightDecay": 0.05}, {"lr": 0.1, "weightDecay": 0.05, "decoupledWeightDecay": True},
        {"lr": 0.1, "maximize": True},
    ],
    "RAdam": [
        {}, {"lr": 0.1}, {"lr": 0.1, "betas": [0.8, 0.9]}, {"lr": 0.1, "betas": [0.5, 0.6]}, {"lr": 0.1, "eps": 0.01},
        {"lr": 0.1, "weightDecay": 0.05}, {"lr": 0.1, "weightDecay": 0.05, "decoupledWeightDecay": True},
        {"lr": 0.1, "maximize": True},
    ],
}
GROUPED = {
    "SGD": [{"params": [0]}, {"params": [1], "lr": 0.5, "momentum": 0.5}],
    "Adam": [{"params": [0], "betas": [0.5, 0.9]}, {"params": [1], "lr": 0.5, "weightDecay": 0.1}],
    "AdamW": [{"params": [0], "weightDecay": 0}, {"params": [1], "lr": 0.5}],
    "RMSprop": [{"params": [0], "alpha": 0.9}, {"params": [1], "lr": 0.5, "momentum": 0.5}],
    "Adagrad": [{"params": [0], "lrDecay": 0.1}, {"params": [1], "lr": 0.5}],
    "Adadelta": [{"params": [0], "rho": 0.5}, {"params": [1], "lr": 0.5}],
    "Adamax": [{"params": [0], "betas": [0.5, 0.9]}, {"params": [1], "lr": 0.5}],
    "NAdam": [{"params": [0], "momentumDecay": 0.1}, {"params": [1], "lr": 0.5}],
    "RAdam": [{"params": [0], "betas": [0.5, 0.9]}, {"params": [1], "lr": 0.5}],
}
REFUSED = [
    ("SGD", {"lr": -1}), ("SGD", {"lr": 0.1, "momentum": -0.1}), ("SGD", {"lr": 0.1, "weightDecay": -1}),
    ("SGD", {"lr": 0.1, "nesterov": True}), ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.1, "nesterov": True}),
    ("Adam", {"lr": -1}), ("Adam", {"eps": -1}), ("Adam", {"betas": [1, 0.9]}), ("Adam", {"betas": [0.9, 1.5]}),
    ("Adam", {"weightDecay": -1}),
    ("AdamW", {"betas": [-0.1, 0.9]}), ("AdamW", {"weightDecay": -1}),
    ("RMSprop", {"alpha": -1}), ("RMSprop", {"momentum": -1}), ("RMSprop", {"eps": -1}),
    ("Adagrad", {"lrDecay": -1}), ("Adagrad", {"initialAccumulatorValue": -1}), ("Adagrad", {"eps": -1}),
    ("Adadelta", {"rho": 1.5}), ("Adadelta", {"rho": -1}), ("Adadelta", {"eps": -1}),
    ("Adamax", {"betas": [1, 0.9]}), ("Adamax", {"eps": -1}), ("NAdam", {"momentumDecay": -1}), ("NAdam", {"betas": [0.9, 1]}),
    ("RAdam", {"lr": -1}), ("RAdam", {"betas": [-0.1, 0.9]}),
]


def shown(options):
    return ", ".join(f"{k}: {str(v).lower() if isinstance(v, bool) else v}" for k, v in options.items())


def cast(tensor, dtype):
    """The two-decimal numbers of a tensor in a dtype: 1.36 as float64, not float32's 1.36000001…"""
    return tensor if dtype == torch.float32 else (tensor.double() * 100).round() / 100


def updates():
    suite = Suite("optimizers", TRAIN, start=[encode(p) for p in START],
                  gradients=[[encode(g) for g in step] for step in GRADIENTS])

    def trajectory(name, options, groups, dtype, rates):
        parameters = [cast(p, dtype).clone().requires_grad_() for p in START]
        optimizer = make(name, parameters, options, groups)
        steps = []
        for s, gradients in enumerate(GRADIENTS):
            if rates:
                optimizer.param_groups[0]["lr"] = rates[s]
            for p, g in zip(parameters, gradients):
                p.grad = None if g is None else cast(g, dtype).clone()
            optimizer.step()
            steps.append([p.detach().clone() for p in parameters])
        return steps

    def record(name, options, groups=None, dtype=torch.float32, rates=None, note=""):
        steps = trajectory(name, options, groups, dtype, rates)
        exact = trajectory(name, options, groups, torch.float64, rates)
        scale = max(p.abs().max().item() for p in exact[-1])
        apart = max((a - e).abs().max().item() for s, t in zip(steps, exact) for a, e in zip(s, t)) / scale
        title = f"{name}({shown(options)})" + note
        if apart > 2e-6:
            print(f"  {title}: PyTorch's float32 drifts by {apart:.1g} of the scale")
        fields = {"optimizer": name, "options": options}
        fields |= {"groups": groups} if groups else {}
        fields |= {"dtype": "float64"} if dtype == torch.float64 else {}
        fields |= {"rates": rates} if rates else {}
        suite.add(title, **fields, steps=[[encode(p) for p in step] for step in steps])

    for name, choices in OPTIONS.items():
        for options in choices:
            record(name, options)
        record(name, {"lr": 0.1}, GROUPED[name], note=" in two groups")
        record(name, choices[-2] if name != "SGD" else choices[5], dtype=torch.float64, note=" in float64")
        record(name, {"lr": 0.1}, rates=[round(0.1 * 0.8**s, 6) for s in range(STEPS)], note=" under a changing rate")
    for name, options in REFUSED:
        try:
            make(name, [START[0].clone().requires_grad_()], options, None)
        except ValueError:
            suite.add(f"{name}({shown(options)}) is refused", optimizer=name, options=options, error=f"{name}: ")
        else:
            raise AssertionError(f"PyTorch accepts {name}({shown(options)})")
    return suite


def regression():
    x, y = values(6, 2, seed="x"), values(6, 1, seed="y")
    start = [values(2, 3, seed="w1"), values(3, seed="b1"), values(3, 1, seed="w2")]
    suite = Suite("regression", TRAIN, x=encode(x), y=encode(y), start=[encode(p) for p in start])
    for name, options in [("SGD", {"lr": 0.1}), ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
                          ("Adam", {"lr": 0.05}), ("Adam", {"lr": 0.05, "amsgrad": True, "weightDecay": 0.01}),
                          ("AdamW", {"lr": 0.05, "weightDecay": 0.1}),
                          ("RMSprop", {"lr": 0.02, "momentum": 0.5, "centered": True}), ("Adagrad", {"lr": 0.2}),
                          ("Adadelta", {"lr": 1}), ("Adamax", {"lr": 0.05}), ("NAdam", {"lr": 0.05}),
                          ("RAdam", {"lr": 0.05, "betas": [0.9, 0.9]})]:
        parameters = [p.clone().requires_grad_() for p in start]
        optimizer, losses, steps = make(name, parameters, options, None), [], []
        for _ in range(STEPS):
            w1, b1, w2 = parameters
            loss = (((x @ w1 + b1).tanh() @ w2 - y) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
            steps.append([encode(p) for p in parameters])
        suite.add(f"{name}({shown(options)}) on a small regression", optimizer=name, options=options,
                  losses=encode(torch.stack(losses)), steps=steps)
    return suite


def lbfgs():
    """Rosenbrock's function of two numbers, in float64: the point after each step, and the loss before it."""
    suite = Suite("lbfgs", TRAIN, start=[-1.5, 2.0])
    for options, steps in [({"lr": 0.001}, 8), ({"lr": 0.002, "historySize": 3, "maxIter": 7}, 6), ({"lr": 0.001, "maxEval": 4}, 6),
                           ({"lineSearch": "strongWolfe"}, 4), ({"lineSearch": "strongWolfe", "maxIter": 4}, 8),
                           ({"lineSearch": "strongWolfe", "maxIter": 5, "maxEval": 6, "historySize": 2}, 8),
                           ({"lineSearch": "strongWolfe", "lr": 0.1, "maxIter": 3, "maximize": True}, 5)]:
        named = {k: v for k, v in options.items() if k != "lineSearch"}
        search = {"line_search_fn": "strong_wolfe"} if "lineSearch" in options else {}
        point = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.LBFGS([point], **snake(named), **search)

        def closure():
            optimizer.zero_grad()
            x, y = point
            loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
            loss = -loss if options.get("maximize") else loss
            loss.backward()
            return loss

        losses, points = [], []
        for _ in range(steps):
            losses.append(optimizer.step(closure).item())
            points.append(point.tolist())
        suite.add(f"LBFGS({shown(options)})", options=options, losses=losses, points=points)
    return suite


def clipping():
    suite = Suite("clipping", TRAIN)
    gradients = [values(3, 2, seed="a"), None, values(4, seed="b")]

    def record(kind, limit, given=gradients, options=None, note=""):
        parameters = [torch.zeros(2 if g is None else g.shape).requires_grad_() for g in given]
        for p, g in zip(parameters, given):
            p.grad = None if g is None else g.clone()
        fields = {}
        if kind == "norm":
            fields["norm"] = encode(torch.nn.utils.clip_grad_norm_(parameters, limit, **snake(options or {})))
        else:
            torch.nn.utils.clip_grad_value_(parameters, limit)
        name = f"clip by {kind} {limit}" + (f", {shown(options)}" if options else "") + note
        suite.add(name, kind=kind, limit=limit, options=options or {}, gradients=[encode(g) for g in given], **fields,
                  clipped=[encode(p.grad) for p in parameters])

    for limit in (0.5, 1, 100):
        record("norm", limit)
        for norm_type in (1, 3, float("inf")):
            record("norm", limit, options={"normType": norm_type})
        record("value", limit)
    for kind in ("norm", "value"):
        record(kind, 1, [torch.zeros(3)], note=" of zeros")
        record(kind, 1, [torch.tensor([1.0, float("nan"), -3.0])], note=" with NaN")
        record(kind, 1, [torch.tensor([1.0, float("inf"), -3.0])], note=" with infinity")
    record("norm", 0)
    return suite


def generate():
    return [updates(), regression(), lbfgs(), clipping()]
