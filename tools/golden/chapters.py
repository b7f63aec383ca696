"""Losses of the programs that follow the tutorials (convolution, recurrence, attention, adversaries), which the experiments of the
same names must reproduce.

Reads MNIST from the folder in KINDLING_DATA_DIR. Every program sets its seed, then makes its modules in the order written here, then
its loader.
"""
import os
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from .fixture import ROOT, dumps
from .programs import digits

PATH = ROOT / "packages/train/test/fixtures/chapters.json"


def initial(model):
    """Initial weights: of a tensor its first values, its sum and the sum of its magnitudes in float64."""
    rows = []
    for name, parameter in model.named_parameters():
        values = parameter.detach().flatten()
        rows.append({"name": name, "shape": list(parameter.shape), "first": values[:4].tolist(), "sum": values.double().sum().item(),
                     "abs": values.double().abs().sum().item()})
    return rows


def train(optimizer, loss_of, steps):
    losses = []
    for i in range(steps):
        loss = loss_of(i)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def classifier(images, labels, model, lr, batch, steps, weight_decay=0.0, drop_last=False):
    loader = DataLoader(TensorDataset(images, labels), batch_size=batch, shuffle=True, drop_last=drop_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, weight_decay=weight_decay)
    init = initial(model)
    batches = iter(loader)

    def loss_of(_):
        x, y = next(batches)
        return F.cross_entropy(model(x), y)

    return {"init": init, "losses": train(optimizer, loss_of, steps)}


def mnist_cnn(images, labels):
    torch.manual_seed(777)
    model = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
                          nn.MaxPool2d(2), nn.Flatten(), nn.Linear(7 * 7 * 64, 10))
    nn.init.xavier_uniform_(model[7].weight)
    return classifier(images, labels, model, 1e-3, 100, 60, drop_last=True)


def mnist_lenet(images, labels):
    torch.manual_seed(777)
    model = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Flatten(), nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    return classifier(images, labels, model, 1e-3, 128, 60)


class Residual(nn.Module):
    """relu(skip(x) + block(x)); the skip is a strided 1x1 convolution where the shape changes."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.block = nn.Sequential(nn.Conv2d(channels, out, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(),
                                   nn.Conv2d(out, out, 3, padding=1, bias=False), nn.BatchNorm2d(out))
        self.skip = nn.Sequential(nn.Conv2d(channels, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out)) \
            if stride != 1 or channels != out else nn.Sequential()

    def forward(self, x):
        return F.relu(self.skip(x) + self.block(x))


def mnist_resnet(images, labels):
    torch.manual_seed(777)
    model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), Residual(8, 8, 1),
                          Residual(8, 16, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
    out = classifier(images, labels, model, 1e-2, 64, 20, weight_decay=1e-4)
    return out | {"running_mean": model[1].running_mean.tolist(), "running_var": model[1].running_var.tolist()}


class Recurrent(nn.Module):
    """Recurrent layers one after the other, and a linear one behind the last step or behind all."""

    def __init__(self, layers, out=None, last=False):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.fc = out and nn.Linear(*out)
        self.last = last

    def forward(self, x):
        for layer in self.layers:
            x, _ = layer(x)
        if self.last:
            x = x[:, -1]
        return self.fc(x) if self.fc else x


def spelling(text, vocabulary, window, model, steps):
    """Every window of a text, of which each character is to be followed by the next."""
    code = {c: i for i, c in enumerate(vocabulary)}
    rows = torch.tensor([[code[c] for c in text[i:i + window + 1]] for i in range(len(text) - window)])
    x, y = torch.eye(len(vocabulary))[rows[:, :-1]], rows[:, 1:]
    init = initial(model)
    words = []

    def loss_of(step):
        out = model(x)
        if step % 10 == 0 or step == steps - 1:
            words.append([step, "".join(vocabulary[i] for i in out.argmax(2)[0])])
        return F.cross_entropy(out.reshape(-1, len(vocabulary)), y.reshape(-1))

    losses = train(torch.optim.Adam(model.parameters(), lr=0.1), loss_of, steps)
    return {"init": init, "losses": losses, "words": words}


def hihello():
    torch.manual_seed(0)
    return spelling("hihello", "hielo", 6, Recurrent([nn.RNN(5, 5, batch_first=True)]), 100)


SENTENCE = ("if you want to build a ship, don't drum up people together to collect wood and don't assign them tasks and work, "
            "but rather teach them to long for the endless immensity of the sea.")


def sentence():
    torch.manual_seed(0)
    chars = "".join(sorted(set(SENTENCE)))
    size = len(chars)
    model = Recurrent([nn.RNN(size, size, num_layers=2, batch_first=True)], (size, size))
    return {"chars": chars} | spelling(SENTENCE, chars, 10, model, 30)


def sine(kind):
    torch.manual_seed(7)
    wave = torch.sin(torch.arange(0, 220, dtype=torch.float32) * 0.1)
    x = torch.stack([wave[i:i + 20] for i in range(200)]).unsqueeze(2)
    y = wave[20:220].unsqueeze(1)
    model = Recurrent([kind(1, 12, batch_first=True, bidirectional=True), kind(24, 8, num_layers=2, batch_first=True)], (8, 1), last=True)
    init = initial(model)
    losses = train(torch.optim.Adam(model.parameters(), lr=1e-2), lambda _: F.mse_loss(model(x), y), 30)
    return {"init": init, "losses": losses}


def gan_rows(d, g, od, og, loss_of, real_of, noise, steps, kept):
    """Two updates of the discriminator a step, one by a real sample and one by a generated one, and one of the generator."""
    rows = []
    for step in range(steps):
        row = [step]
        real = real_of(step)
        for optimizer, judged, target in ((od, lambda: d(real), 1.0), (od, lambda: d(g(noise()).detach()), 0.0), (og, lambda: d(g(noise())), 1.0)):
            optimizer.zero_grad()
            loss = loss_of(judged(), torch.full((1,), target))
            loss.backward()
            optimizer.step()
            row.append(loss.item())
        if kept(step):
            rows.append(row)
    return rows


def gan_1010():
    torch.manual_seed(777)
    d = nn.Sequential(nn.Linear(4, 3), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid())
    g = nn.Sequential(nn.Linear(1, 3), nn.Sigmoid(), nn.Linear(3, 4), nn.Sigmoid())
    init = {"discriminator": initial(d), "generator": initial(g)}
    od, og = (torch.optim.SGD(m.parameters(), lr=0.01) for m in (d, g))
    low, high = torch.tensor([0.8, 0.0, 0.8, 0.0]), torch.tensor([1.0, 0.2, 1.0, 0.2])
    half = torch.tensor([0.5])
    rows = gan_rows(d, g, od, og, F.mse_loss, lambda _: low + (high - low) * torch.rand(4), lambda: half, 10_000,
                    lambda step: step < 10 or step % 1000 == 0 or step == 9999)
    return {"init": init, "rows": rows, "generated": g(half).tolist()}


def gan_mnist(images):
    torch.manual_seed(777)
    d = nn.Sequential(nn.Linear(784, 200), nn.LeakyReLU(0.02), nn.LayerNorm(200), nn.Linear(200, 1), nn.Sigmoid())
    g = nn.Sequential(nn.Linear(100, 200), nn.LeakyReLU(0.02), nn.LayerNorm(200), nn.Linear(200, 784), nn.Sigmoid())
    init = {"discriminator": initial(d), "generator": initial(g)}
    od, og = (torch.optim.Adam(m.parameters(), lr=1e-4) for m in (d, g))
    rows = gan_rows(d, g, od, og, F.binary_cross_entropy, lambda step: images[step], lambda: torch.randn(100), 200,
                    lambda step: step < 10 or step % 20 == 19)
    return {"init": init, "rows": rows}


def dcgan_mnist(images):
    """One update of each a step; the generator is judged by what the discriminator was trained by."""
    torch.manual_seed(777)
    g = nn.Sequential(nn.ConvTranspose2d(16, 32, 7, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
                      nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
                      nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1, bias=False), nn.Tanh())
    d = nn.Sequential(nn.Conv2d(1, 16, 4, stride=2, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(16, 32, 4, stride=2, padding=1),
                      nn.BatchNorm2d(32), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(32 * 7 * 7, 1))
    init = {"generator": initial(g), "discriminator": initial(d)}
    og, od = (torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999)) for m in (g, d))
    loss_of = F.binary_cross_entropy_with_logits
    rows = []
    for step in range(10):
        real = images[64 * step:64 * (step + 1)] * 2 - 1
        fake = g(torch.randn(64, 16, 1, 1))
        od.zero_grad()
        on_real, on_fake = loss_of(d(real), torch.ones(64, 1)), loss_of(d(fake.detach()), torch.zeros(64, 1))
        (on_real + on_fake).backward()
        od.step()
        og.zero_grad()
        fooled = loss_of(d(fake), torch.ones(64, 1))
        fooled.backward()
        og.step()
        rows.append([step, on_real.item(), on_fake.item(), fooled.item()])
    return {"init": init, "rows": rows}


def attention():
    """A transformer encoder reverses sequences of eight digits."""
    torch.manual_seed(777)
    embed, where = nn.Embedding(10, 32), nn.Embedding(8, 32)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(32, 4, dim_feedforward=64, dropout=0.0, batch_first=True), 2)
    head = nn.Linear(32, 10)
    model = nn.ModuleList([embed, where, encoder, head])
    init = initial(model)

    def loss_of(_):
        x = torch.randint(0, 10, (64, 8))
        out = head(encoder(embed(x) + where(torch.arange(8))))
        return F.cross_entropy(out.reshape(-1, 10), x.flip(1).reshape(-1))

    return {"init": init, "losses": train(torch.optim.AdamW(model.parameters(), lr=1e-3), loss_of, 30)}


class Chapters:
    def __init__(self, folder):
        # Convolutions as PyTorch computes them by default; the other goldens are made without oneDNN.
        with torch.backends.mkldnn.flags(enabled=True):
            self.document = self.programs(folder)

    def programs(self, folder):
        pixels, labels = digits(folder)
        images = pixels.reshape(-1, 1, 28, 28)
        return {
            "mnist-cnn": mnist_cnn(images, labels),
            "mnist-lenet": mnist_lenet(images, labels),
            "mnist-resnet": mnist_resnet(images, labels),
            "hihello": hihello(),
            "sentence": sentence(),
            "lstm": sine(nn.LSTM),
            "gru": sine(nn.GRU),
            "gan-1010": gan_1010(),
            "gan-mnist": gan_mnist(pixels),
            "dcgan-mnist": dcgan_mnist(images),
            "attention": attention(),
        }

    def write(self):
        rows = ",\n".join(f"{dumps(name)}:{dumps(program)}" for name, program in self.document.items())
        PATH.write_text("{\n" + rows + "\n}\n")


def generate():
    folder = os.environ.get("KINDLING_DATA_DIR")
    if folder is None:
        print("chapters: left out, KINDLING_DATA_DIR is not set", file=sys.stderr)
        return []
    return Chapters(Path(folder))
