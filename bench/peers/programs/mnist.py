"""The program of `kindling train mnist --epochs 10` in PyTorch: train and test accuracy after each epoch, the weights saved.

Usage: python3 mnist.py loader|gather

loader: batches from DataLoader, as the tutorial has them. gather: batches by index from tensors in memory, the fastest way that it can
be written.
"""
import gzip
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

folder = Path(os.environ["KINDLING_DATA_DIR"]) / "mnist"
size = 256


def read(name, header):
    return np.frombuffer(gzip.decompress((folder / f"{name}-ubyte.gz").read_bytes()), np.uint8)[header:]


def digits(name):
    images = torch.from_numpy(read(f"{name}-images-idx3", 16).reshape(-1, 784).astype(np.float32)) / 255
    return images, torch.from_numpy(read(f"{name}-labels-idx1", 8).astype(np.int64))


def gathered(images, labels, shuffle):
    order = torch.randperm(len(images)) if shuffle else torch.arange(len(images))
    for index in order.split(size):
        yield images[index], labels[index]


def batches_of(samples, shuffle):
    """What an epoch goes through."""
    if sys.argv[1] == "loader":
        loader = DataLoader(TensorDataset(*samples), batch_size=size, shuffle=shuffle)
        return lambda: loader
    return lambda: gathered(*samples, shuffle)


def accuracy(batches):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(1) == labels).sum().item()
            total += len(labels)
    return right / total


torch.manual_seed(777)
train, test = digits("train"), digits("t10k")
model = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
for layer in (model[0], model[2]):
    nn.init.kaiming_normal_(layer.weight)
    nn.init.zeros_(layer.bias)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
train_batches, test_batches = batches_of(train, True), batches_of(test, False)

for epoch in range(10):
    model.train()
    losses = []
    for images, labels in train_batches():
        optimizer.zero_grad()
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    print(epoch, np.mean(losses), accuracy(train_batches()), accuracy(test_batches()), flush=True)
    torch.save(model.state_dict(), "mnist.pt")
