"""Whole trainings as experiment files describe them, by PyTorch: losses of all steps and the weights at the end.

Each case holds the rows of its CSV file and the document of its experiment, which the tests train.
"""
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, SubsetRandomSampler, TensorDataset, WeightedRandomSampler

from .fixture import ROOT, dumps

PATH = ROOT / "packages/train/test/fixtures/experiments.json"


def train(model, loss_of, optimizer, loader, epochs, accumulate=1, schedule=None, average=None, every=None, first=0, clip=None):
    """The loss of each step; `average` is updated after every so many steps, or after each epoch from `first` on."""
    losses = []
    for epoch in range(epochs):
        batches = list(loader)
        for start in range(0, len(batches), accumulate):
            group = batches[start:start + accumulate]

            def closure():
                optimizer.zero_grad()
                total = 0.0
                for x, y in group:
                    loss = loss_of(model(x), y) / len(group)
                    loss.backward()
                    total += loss.detach()
                if clip:
                    nn.utils.clip_grad_norm_(model.parameters(), clip)
                return total

            losses.append(float(optimizer.step(closure)))
            if schedule:
                schedule.step()
            if average and every and len(losses) % every == 0:
                average.update_parameters(model)
        if average and not every and epoch >= first:
            average.update_parameters(model)
    return losses


def case(name, experiment, names, columns, run):
    """`run` gives the losses, and the model whose weights a run has at the end."""
    losses, model = run()
    rows = [",".join(names)] + [",".join(repr(v) for v in row) for row in zip(*columns)]
    weights = {key: value.flatten().tolist() for key, value in model.state_dict().items() if key != "n_averaged"}
    weights = {key.removeprefix("module."): value for key, value in weights.items()}
    return {"name": name, "csv": "\n".join(rows) + "\n", "experiment": experiment, "losses": losses, "weights": weights}


def numbers(count, seed):
    """Numbers of few digits, the same as text and as float32."""
    generator = torch.Generator().manual_seed(seed)
    return [round(v, 2) for v in (torch.rand(count, generator=generator) * 4 - 2).tolist()]


def column(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype)


def quasi_newton():
    a, b = numbers(20, 1), numbers(20, 2)
    y = [int(u * v > 0) for u, v in zip(a, b)]
    document = {
        "seed": 3, "dtype": "float64", "data": {"source": "csv", "targets": ["y"]},
        "model": [{"type": "linear", "out": 5}, "tanh", {"type": "linear", "out": 1}],
        "loss": "bceWithLogits", "optimizer": {"type": "lbfgs", "lineSearch": "strongWolfe", "maxIter": 6}, "epochs": 5,
    }

    def run():
        torch.manual_seed(3)
        x, target = torch.tensor([a, b], dtype=torch.float64).T, column(y, torch.float64).unsqueeze(1)
        model = nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 1)).double()
        optimizer = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe", max_iter=6)
        return train(model, F.binary_cross_entropy_with_logits, optimizer, [(x, target)], 5), model

    return case("lbfgs", document, ["a", "b", "y"], [a, b, y], run)


def counts():
    generator = torch.Generator().manual_seed(4)
    a, b = torch.randint(0, 6, (2, 22), generator=generator).tolist()
    y = torch.randint(0, 5, (22,), generator=generator).tolist()
    document = {
        "seed": 5, "data": {"source": "csv", "targets": ["y"], "batchSize": 4, "shuffle": True},
        "model": [{"type": "embedding", "numEmbeddings": 6, "embeddingDim": 3, "paddingIdx": 0, "maxNorm": 1.5}, "flatten", "mish",
                  {"type": "linear", "out": 1}],
        "loss": {"type": "poissonNll", "full": True}, "optimizer": {"type": "adam", "lr": 0.05}, "clip": {"norm": 0.5},
        "accumulateGradBatches": 4, "weightAveraging": {"type": "ema", "decay": 0.8}, "epochs": 5,
    }

    def run():
        torch.manual_seed(5)
        model = nn.Sequential(nn.Embedding(6, 3, padding_idx=0, max_norm=1.5), nn.Flatten(), nn.Mish(), nn.Linear(6, 1))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.8))
        samples = TensorDataset(torch.tensor([a, b]).T, column(y).unsqueeze(1))
        loader = DataLoader(samples, batch_size=4, shuffle=True)
        loss_of = nn.PoissonNLLLoss(full=True)
        losses = train(model, loss_of, optimizer, loader, 5, accumulate=4, average=average, every=1, clip=0.5)
        return losses, average

    return case("embedding, poissonNll, accumulateGradBatches and ema", document, ["a", "b", "y"], [a, b, y], run)


def intervals():
    a, b = numbers(24, 6), numbers(24, 7)
    y = [round(u - v + 0.5 * n, 3) for u, v, n in zip(a, b, numbers(24, 8))]
    document = {
        "seed": 9, "data": {"source": "csv", "targets": ["y"], "batchSize": 8},
        "model": [{"type": "linear", "out": 6}, {"type": "groupNorm", "numGroups": 2}, {"type": "prelu", "numParameters": "channels"},
                  "glu", {"type": "linear", "out": 2}],
        "loss": "gaussianNll", "optimizer": {"type": "sgd", "lr": 0.1, "momentum": 0.9},
        "schedule": {"type": "sequential", "per": "step", "milestones": [4], "schedules": [
            {"type": "warmUp", "startFactor": 0.25, "totalIters": 4}, {"type": "cosine", "etaMin": 0.01}]},
        "weightAveraging": {"type": "swa", "firstEpoch": 2}, "epochs": 6,
    }

    def run():
        torch.manual_seed(9)
        x, target = torch.stack([column(a), column(b)], 1), column(y).unsqueeze(1)
        model = nn.Sequential(nn.Linear(2, 6), nn.GroupNorm(2, 6), nn.PReLU(6), nn.GLU(), nn.Linear(3, 2))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        warm_up = lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=4)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=14, eta_min=0.01)
        schedule = lr_scheduler.SequentialLR(optimizer, [warm_up, cosine], milestones=[4])
        average = AveragedModel(model)
        loader = DataLoader(TensorDataset(x, target), batch_size=8)

        def loss_of(output, target):
            return F.gaussian_nll_loss(output[:, :1], target, output[:, 1:].exp())

        return train(model, loss_of, optimizer, loader, 6, schedule=schedule, average=average, first=2), average

    return case("gaussianNll, sequential and swa", document, ["a", "b", "y"], [a, b, y], run)


def rare_classes():
    a, b = numbers(30, 10), numbers(30, 11)
    y = [int(u > 0.7) + int(v > 0.7) for u, v in zip(a, b)]
    document = {
        "seed": 12, "data": {"source": "csv", "targets": ["y"], "target": "index", "batchSize": 7, "sampler": {"type": "weighted"}},
        "model": [{"type": "linear", "out": 6}, "selu", "softsign", {"type": "linear", "out": 3}],
        "loss": {"type": "crossEntropy", "labelSmoothing": 0.1}, "optimizer": {"type": "nadam", "lr": 0.02}, "epochs": 4,
    }

    def run():
        torch.manual_seed(12)
        x, target = torch.stack([column(a), column(b)], 1), torch.tensor(y)
        model = nn.Sequential(nn.Linear(2, 6), nn.SELU(), nn.Softsign(), nn.Linear(6, 3))
        optimizer = torch.optim.NAdam(model.parameters(), lr=0.02)
        sampler = WeightedRandomSampler((1 / target.bincount().double())[target], len(y))
        loader = DataLoader(TensorDataset(x, target), batch_size=7, sampler=sampler)
        return train(model, nn.CrossEntropyLoss(label_smoothing=0.1), optimizer, loader, 4), model

    return case("a balanced sampler", document, ["a", "b", "y"], [a, b, y], run)


def pairs():
    a, b = numbers(26, 13), numbers(26, 14)
    y = [1 if abs(u - v) < 1 else -1 for u, v in zip(a, b)]
    indices = [*range(0, 26, 2), 25, 3]
    document = {
        "seed": 15, "data": {"source": "csv", "targets": ["y"], "batchSize": 5, "sampler": {"type": "subset", "indices": indices}},
        "model": [{"type": "linear", "out": 4}, {"type": "celu", "alpha": 0.7}, {"type": "linear", "out": 1}, "softplus"],
        "loss": {"type": "hingeEmbedding", "margin": 0.8}, "optimizer": {"type": "radam", "lr": 0.02},
        "schedule": {"type": "cyclic", "baseLr": 0.01, "maxLr": 0.05, "stepSizeUp": 3}, "epochs": 4,
    }

    def run():
        torch.manual_seed(15)
        x, target = torch.stack([column(a), column(b)], 1), column(y).unsqueeze(1)
        model = nn.Sequential(nn.Linear(2, 4), nn.CELU(0.7), nn.Linear(4, 1), nn.Softplus())
        optimizer = torch.optim.RAdam(model.parameters(), lr=0.02)
        schedule = lr_scheduler.CyclicLR(optimizer, base_lr=0.01, max_lr=0.05, step_size_up=3)
        loader = DataLoader(TensorDataset(x, target), batch_size=5, sampler=SubsetRandomSampler(indices))
        return train(model, nn.HingeEmbeddingLoss(margin=0.8), optimizer, loader, 4, schedule=schedule), model

    return case("hingeEmbedding, a subset and cyclic", document, ["a", "b", "y"], [a, b, y], run)


class Experiments:
    def write(self):
        cases = [quasi_newton(), counts(), intervals(), rare_classes(), pairs()]
        PATH.write_text("[\n" + ",\n".join(dumps(each) for each in cases) + "\n]\n")


def generate():
    return [Experiments()]
