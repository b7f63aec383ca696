"""Learning rates, and momenta where they cycle, over the steps of every schedule."""
import math
import warnings

import torch

from .fixture import TRAIN, Suite
from .optimizers import make, shown, snake

SCHEDULES = {name: getattr(torch.optim.lr_scheduler, name) for name in
             ("StepLR", "MultiStepLR", "ExponentialLR", "CosineAnnealingLR", "OneCycleLR", "ReduceLROnPlateau", "LinearLR",
              "SequentialLR", "PolynomialLR", "CosineAnnealingWarmRestarts", "CyclicLR")}
SPELLED = {"t_max": "T_max", "t0": "T_0", "t_mult": "T_mult", "schedules": "schedulers"}
DESCENT = [5, 4, 3, 3.0001, 2.99995, 3, 3, 3, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 2.9, 1, 1, 1, 1, 1]


def momentum(group):
    return group["betas"][0] if "betas" in group else group.get("momentum", 0)


def build(name, options, optimizer):
    def value(given):
        if isinstance(given, list) and given and isinstance(given[0], dict):
            return [build(inner["schedule"], inner["options"], optimizer) for inner in given]
        return "exp_range" if given == "expRange" else given
    return SCHEDULES[name](optimizer, **{SPELLED.get(k, k): value(v) for k, v in snake(options).items()})


def generate():
    warnings.simplefilter("ignore")
    suite = Suite("schedules", TRAIN)

    def record(name, options, steps=20, optimizer="SGD", settings={"lr": 0.1}, groups=None, metrics=None, note="", title=None):
        parameters = [torch.zeros(2).requires_grad_() for _ in range(2)]
        inner = make(optimizer, parameters, settings, groups)
        schedule = build(name, options, inner)
        rates, momenta = [[g["lr"] for g in inner.param_groups]], [[momentum(g) for g in inner.param_groups]]
        for s in range(steps):
            inner.step()
            schedule.step(*([metrics[s]] if metrics else []))
            rates.append([g["lr"] for g in inner.param_groups])
            momenta.append([momentum(g) for g in inner.param_groups])
        fields = {"schedule": name, "options": options, "optimizer": optimizer, "settings": settings}
        fields |= {"groups": groups} if groups else {}
        fields |= {"metrics": metrics} if metrics else {}
        fields |= {"rates": rates}
        fields |= {"momenta": momenta} if name in ("OneCycleLR", "CyclicLR") else {}
        suite.add((title or f"{name}({shown(options)})") + note, **fields)

    def refuse(name, options):
        try:
            record(name, options)
        except (ValueError, TypeError):
            suite.add(f"{name}({shown(options)}) is refused", schedule=name, options=options, optimizer="SGD",
                      settings={"lr": 0.1}, error=f"{name}: ")
        else:
            raise AssertionError(f"PyTorch accepts {name} {options}")

    two = [{"params": [0]}, {"params": [1], "lr": 0.5}]
    for options in ({"stepSize": 5}, {"stepSize": 3, "gamma": 0.5}, {"stepSize": 1, "gamma": 0.9}, {"stepSize": 100}):
        record("StepLR", options)
    record("StepLR", {"stepSize": 4, "gamma": 0.5}, groups=two, note=" of two groups")
    for options in ({"milestones": [3, 8]}, {"milestones": [2, 4, 15], "gamma": 0.5}, {"milestones": [0, 5, 5]},
                    {"milestones": []}):
        record("MultiStepLR", options)
    record("MultiStepLR", {"milestones": [9]}, groups=two, note=" of two groups")
    for gamma in (0.9, 0.5, 1, 1.1):
        record("ExponentialLR", {"gamma": gamma})
    record("ExponentialLR", {"gamma": 0.8}, groups=two, note=" of two groups")
    for options in ({"tMax": 10}, {"tMax": 20, "etaMin": 0.01}, {"tMax": 7, "etaMin": 0.001}, {"tMax": 1}):
        record("CosineAnnealingLR", options, steps=25)
    record("CosineAnnealingLR", {"tMax": 8}, groups=two, note=" of two groups")
    for options in ({}, {"startFactor": 0.1, "totalIters": 10}, {"startFactor": 0.5, "endFactor": 0.25, "totalIters": 4},
                    {"startFactor": 1, "endFactor": 0.1, "totalIters": 20}, {"startFactor": 0.001, "totalIters": 3}):
        record("LinearLR", options)
    record("LinearLR", {"startFactor": 0.2, "totalIters": 5}, groups=two, note=" of two groups")

    moving, adam = {"lr": 0.1, "momentum": 0.9}, {"lr": 0.1}
    for options in ({"totalSteps": 20}, {"totalSteps": 20, "pctStart": 0.5}, {"totalSteps": 20, "annealStrategy": "linear"},
                    {"totalSteps": 20, "threePhase": True}, {"totalSteps": 20, "divFactor": 10, "finalDivFactor": 100},
                    {"totalSteps": 20, "baseMomentum": 0.5, "maxMomentum": 0.99}, {"totalSteps": 20, "cycleMomentum": False},
                    {"epochs": 4, "stepsPerEpoch": 5},
                    {"totalSteps": 20, "threePhase": True, "annealStrategy": "linear", "pctStart": 0.4}):
        record("OneCycleLR", {"maxLr": 1} | options, steps=19, settings=moving)
    record("OneCycleLR", {"maxLr": 0.01, "totalSteps": 10}, steps=9, optimizer="Adam", settings=adam,
           note=" of Adam's first beta")
    record("OneCycleLR", {"maxLr": [1, 0.5], "totalSteps": 10}, steps=9, settings=moving, groups=two, note=" of two groups")

    for options in ({}, {"totalIters": 10}, {"totalIters": 15, "power": 2}, {"totalIters": 8, "power": 0.5}):
        record("PolynomialLR", options)
    record("PolynomialLR", {"totalIters": 8, "power": 2}, groups=two, note=" of two groups")
    for options in ({"t0": 5}, {"t0": 2, "tMult": 2}, {"t0": 3, "tMult": 3, "etaMin": 0.01}, {"t0": 1}):
        record("CosineAnnealingWarmRestarts", options, steps=30)
    record("CosineAnnealingWarmRestarts", {"t0": 4}, groups=two, note=" of two groups")
    for options in ({"stepSizeUp": 4}, {"stepSizeUp": 3, "stepSizeDown": 6}, {"stepSizeUp": 3, "mode": "triangular2"},
                    {"stepSizeUp": 3, "mode": "expRange", "gamma": 0.9}, {"stepSizeUp": 4, "cycleMomentum": False},
                    {"stepSizeUp": 4, "baseMomentum": 0.5, "maxMomentum": 0.99}):
        record("CyclicLR", {"baseLr": 0.01, "maxLr": 0.5} | options, settings=moving)
    record("CyclicLR", {"baseLr": 0.001, "maxLr": 0.01, "stepSizeUp": 5}, optimizer="Adam", settings=adam,
           note=" of Adam's first beta")
    record("CyclicLR", {"baseLr": [0.01, 0.1], "maxLr": [1, 0.5], "stepSizeUp": 5}, settings=moving, groups=two,
           note=" of two groups")

    for options in ({}, {"patience": 2}, {"patience": 0, "factor": 0.5}, {"patience": 1, "cooldown": 3},
                    {"patience": 1, "minLr": 0.005}, {"patience": 1, "threshold": 0.1}, {"patience": 1, "threshold": 0.05, "thresholdMode": "abs"},
                    {"patience": 0, "eps": 0.02, "factor": 0.9}):
        record("ReduceLROnPlateau", options, metrics=DESCENT)
    for options in ({"mode": "max", "patience": 1},
                    {"mode": "max", "patience": 2, "thresholdMode": "abs", "threshold": 0.5}):
        record("ReduceLROnPlateau", options, metrics=[-m for m in DESCENT])
    record("ReduceLROnPlateau", {"patience": 1}, steps=6, metrics=[1, 2, math.nan, math.nan, 3, math.inf], note=" with NaN")
    record("ReduceLROnPlateau", {"patience": 1, "minLr": [0.05, 0.001]}, metrics=DESCENT, groups=two, note=" of two groups")

    def sequence(milestones, *schedules):
        return {"schedules": [{"schedule": name, "options": options} for name, options in schedules], "milestones": milestones}

    warm = ("LinearLR", {"startFactor": 0.1, "totalIters": 4})
    for note, options in [
        (" of a warm-up and a cosine", sequence([4], warm, ("CosineAnnealingLR", {"tMax": 16}))),
        (" of a warm-up and steps", sequence([5], warm, ("StepLR", {"stepSize": 3, "gamma": 0.5}))),
        (" of three", sequence([3, 9], warm, ("ExponentialLR", {"gamma": 0.9}), ("MultiStepLR", {"milestones": [2, 4]}))),
    ]:
        record("SequentialLR", options, note=note, title="SequentialLR")
        record("SequentialLR", options, groups=two, note=f"{note}, of two groups", title="SequentialLR")

    refuse("OneCycleLR", {"maxLr": 1})
    refuse("OneCycleLR", {"maxLr": 1, "totalSteps": 10, "pctStart": 2})
    refuse("OneCycleLR", {"maxLr": 1, "totalSteps": 10, "annealStrategy": "square"})
    refuse("OneCycleLR", {"maxLr": 1, "totalSteps": -1})
    refuse("ReduceLROnPlateau", {"factor": 1})
    refuse("ReduceLROnPlateau", {"mode": "least"})
    refuse("CosineAnnealingWarmRestarts", {"t0": 0})
    refuse("CosineAnnealingWarmRestarts", {"t0": 5, "tMult": 0})
    refuse("CyclicLR", {"baseLr": 0.1, "maxLr": 1, "mode": "square", "cycleMomentum": False})
    refuse("LinearLR", {"startFactor": -1})
    refuse("LinearLR", {"startFactor": 2})
    return suite
