"""Losses of programs with recurrent layers, made of modules alone: a word, the windows of a sentence, a sine.

Each sets its seed and then makes its modules in the order written here.
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

from .chapters import initial, train
from .fixture import ROOT, dumps

PATH = ROOT / "packages/train/test/fixtures/recurrent-programs.json"
SENTENCE = ("if you want to build a ship, don't drum up people together to collect wood and don't assign them tasks and work, "
            "but rather teach them to long for the endless immensity of the sea.")


def hihello():
    torch.manual_seed(0)
    x = torch.eye(5)[torch.tensor([[0, 1, 0, 2, 3, 3]])]
    y = torch.tensor([1, 0, 2, 3, 3, 4])
    rnn = nn.RNN(5, 5, batch_first=True)
    init = initial(rnn)
    words = []

    def loss_of(_):
        scores = rnn(x)[0].reshape(-1, 5)
        words.append("".join("hielo"[i] for i in scores.argmax(1)))
        return F.cross_entropy(scores, y)

    losses = train(torch.optim.Adam(rnn.parameters(), lr=0.1), loss_of, 60)
    return {"init": init, "losses": losses, "words": words}


class Sentence(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.rnn = nn.RNN(size, size, num_layers=2, batch_first=True)
        self.fc = nn.Linear(size, size)

    def forward(self, x):
        return self.fc(self.rnn(x)[0])


def sentence():
    torch.manual_seed(0)
    letters = sorted(set(SENTENCE))
    rows = torch.tensor([[letters.index(c) for c in SENTENCE[i:i + 11]] for i in range(len(SENTENCE) - 10)])
    x, y = torch.eye(len(letters))[rows[:, :-1]], rows[:, 1:].reshape(-1)
    net = Sentence(len(letters))
    init = initial(net)
    losses = train(torch.optim.Adam(net.parameters(), lr=0.1), lambda _: F.cross_entropy(net(x).flatten(0, 1), y), 30)
    return {"text": SENTENCE, "init": init, "losses": losses}


class Wave(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.one = layer(1, 12, batch_first=True, bidirectional=True)
        self.two = layer(24, 8, num_layers=2, batch_first=True)
        self.fc = nn.Linear(8, 1)

    def forward(self, x):
        return self.fc(self.two(self.one(x)[0])[0][:, -1])


def wave(layer):
    torch.manual_seed(7)
    samples = torch.sin(torch.arange(220, dtype=torch.float32) * 0.1)
    x = torch.stack([samples[i:i + 20] for i in range(200)]).unsqueeze(2)
    net = Wave(layer)
    init = initial(net)
    losses = train(torch.optim.Adam(net.parameters(), lr=1e-2), lambda _: F.mse_loss(net(x), samples[20:].unsqueeze(1)), 30)
    return {"init": init, "losses": losses}


class Programs:
    def write(self):
        programs = {"hihello": hihello(), "sentence": sentence(), "lstm": wave(nn.LSTM), "gru": wave(nn.GRU)}
        PATH.write_text("{\n" + ",\n".join(f'"{name}":{dumps(program)}' for name, program in programs.items()) + "\n}\n")
        print(f"{PATH.relative_to(ROOT)}: {len(programs)} programs", file=sys.stderr)


def generate():
    return Programs()
