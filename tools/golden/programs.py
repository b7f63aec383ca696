"""Losses of the tutorial programs, which the experiments of the same names must reproduce.

Reads the real data sets from the folder in KINDLING_DATA_DIR. A curve is [step, loss] at a few steps; where training is
chaotic in between, only where it has settled.
"""
import gzip
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from .fixture import ROOT, dumps

PATH = ROOT / "packages/train/test/fixtures/programs.json"


def perceptron(*widths, hidden=nn.Sigmoid, last=nn.Sigmoid):
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out), hidden()]
    return nn.Sequential(*layers[:-1], *([last()] if last else []))


def curve(model, loss_of, optimizer, x, y, steps, kept):
    """Full-batch training: the losses at the steps in `kept`, each before its update."""
    rows = []
    for step in range(steps):
        loss = loss_of(model(x), y)
        if step in kept:
            rows.append([step, loss.item()])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return rows


def accuracy(model, x, y):
    with torch.no_grad():
        return ((model(x) > 0.5).float() == y).float().mean().item()


def xor(*widths, shown):
    torch.manual_seed(777)
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])
    model = perceptron(*widths)
    init = [{"name": name, "shape": list(p.shape), "values": p.flatten().tolist()}
            for name, p in list(model.named_parameters())[:shown]]
    rows = curve(model, nn.BCELoss(), torch.optim.SGD(model.parameters(), lr=1), x, y, 10_001, {0, 100, 1000, 5000, 10_000})
    return {"init": init, "curve": rows, "hypothesis": model(x).flatten().tolist(), "accuracy": accuracy(model, x, y)}


def diabetes(folder, *widths, hidden):
    torch.manual_seed(777)
    table = torch.from_numpy(np.loadtxt(folder / "diabetes.csv.gz", delimiter=",", dtype=np.float32))
    x, y = table[:, :-1].contiguous(), table[:, -1:].contiguous()
    model = perceptron(*widths, hidden=hidden)
    rows = curve(model, nn.BCELoss(), torch.optim.SGD(model.parameters(), lr=0.1), x, y, 1000, {*range(0, 1000, 100), 999})
    return {"curve": rows, "accuracy": accuracy(model, x, y)}


def people(folder):
    return np.loadtxt(folder / "weight_height.csv", delimiter=",", skiprows=1)


def weight_height(folder):
    torch.manual_seed(220119)
    x, y = (torch.from_numpy(people(folder)).float() * 0.1).split(1, 1)
    model = perceptron(1, 8, 4, 1, hidden=nn.ReLU, last=None)
    start, settled = {0, 1, 2, 3, 5, 10}, {2000, 3000}
    rows = curve(model, nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.01), x, y, 3001, start | settled)
    with torch.no_grad():
        out = model(x)
    return {"curve": [row for row in rows if row[0] in settled], "after": nn.MSELoss()(out, y).item(),
            "prediction": (out * 10).flatten().tolist(), "start": [row for row in rows if row[0] in start]}


def from_scratch(folder, slope):
    """The program without autograd, in float64; `slope` is the derivative that it takes for ReLU's."""
    x, target = (people(folder) * 0.01).T[:, None]
    np.random.seed(220120)
    shapes = [(8, 1), (8, 1), (4, 8), (4, 1), (1, 4), (1, 1)]
    parameters = [np.random.randn(*shape) for shape in shapes]
    init = [p.flatten().tolist() for p in parameters]

    def forward():
        inputs, sums = [x], []
        for layer in range(3):
            sums.append(parameters[2 * layer] @ inputs[-1] + parameters[2 * layer + 1])
            inputs.append(np.maximum(0, sums[-1]))
        return inputs, sums, np.mean((sums[-1] - target) ** 2)

    before = forward()[2]
    for _ in range(2000):
        inputs, sums, _loss = forward()
        grad, updates = 2 * (sums[-1] - target) / target.size, []
        for layer in (2, 1, 0):
            updates = [grad @ inputs[layer].T, grad.sum(1, keepdims=True), *updates]
            if layer:
                grad = (parameters[2 * layer].T @ grad) * slope(sums[layer - 1])
        parameters = [p - 0.1 * update for p, update in zip(parameters, updates)]
    return init, {"before": before, "after": forward()[2]}


def weight_height_numpy(folder):
    """The published program takes ReLU's derivative as 1 everywhere."""
    init, published = from_scratch(folder, np.ones_like)
    return {"init": init, "published": published, "true": from_scratch(folder, lambda z: (z > 0) * 1.0)[1]}


def digits(folder):
    def read(name, header):
        return np.frombuffer(gzip.decompress((folder / "mnist" / f"train-{name}.gz").read_bytes()), np.uint8)[header:]

    images = torch.from_numpy(read("images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255)
    return images, torch.from_numpy(read("labels-idx1-ubyte", 8).astype(np.int64))


def mnist(images, labels):
    torch.manual_seed(777)
    model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    for layer in (model[0], model[2]):
        nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = iter(DataLoader(TensorDataset(torch.arange(len(labels))), batch_size=256, shuffle=True))
    first = []
    for _ in range(5):
        (index,) = next(batches)
        loss = nn.functional.cross_entropy(model(images[index]), labels[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        first.append({"indices": index[:8].tolist(), "loss": loss.item()})
    return {"first": first}


def mnist_single(images, labels):
    """One image a step in the order of the file; steps count from 1."""
    def sgd(parameters):
        return torch.optim.SGD(parameters, lr=0.01)

    def leaky():
        return nn.LeakyReLU(0.02)

    variants = {
        "mse": (nn.Sigmoid, nn.Sigmoid, False, nn.MSELoss(), sgd), "bce": (nn.Sigmoid, nn.Sigmoid, False, nn.BCELoss(), sgd),
        "leaky": (leaky, leaky, False, nn.MSELoss(), sgd), "all": (leaky, nn.Sigmoid, True, nn.BCELoss(), torch.optim.Adam),
    }
    targets = nn.functional.one_hot(labels[:5], 10).float()
    curves = {}
    for name, (hidden, last, normalized, loss_of, optimizer_of) in variants.items():
        torch.manual_seed(777)
        norm = [nn.LayerNorm(200)] if normalized else []
        model = nn.Sequential(nn.Linear(784, 200), hidden(), *norm, nn.Linear(200, 10), last())
        optimizer = optimizer_of(model.parameters())
        curves[name] = []
        for i in range(5):
            [[_, loss]] = curve(model, loss_of, optimizer, images[i], targets[i], 1, {0})
            curves[name].append([i + 1, loss])
    return curves


class Programs:
    def __init__(self, folder):
        images, labels = digits(folder)
        self.document = {
            "xor": xor(2, 2, 1, shown=4),
            "xor-wide-deep": xor(2, 10, 10, 10, 1, shown=2),
            "diabetes": diabetes(folder, 8, 4, 6, 1, hidden=nn.Sigmoid),
            "diabetes-deep": diabetes(folder, 8, *[6] * 9, 1, hidden=nn.ReLU),
            "weight-height": weight_height(folder),
            "weight-height-numpy": weight_height_numpy(folder),
            "mnist": mnist(images, labels),
            "mnist-single": mnist_single(images, labels),
        }

    def write(self):
        rows = ",\n".join(f"{dumps(name)}:{dumps(program)}" for name, program in self.document.items())
        PATH.write_text("{\n" + rows + "\n}\n")


def generate():
    folder = os.environ.get("KINDLING_DATA_DIR")
    if folder is None:
        print("programs: left out, KINDLING_DATA_DIR is not set", file=sys.stderr)
        return []
    return Programs(Path(folder))
