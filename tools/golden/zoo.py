"""Models of the zoo: initial weights by their seed, and files of weights that PyTorch's safetensors wrote, with what the models give.

The files are read by `packages/train/test/zoo`. ResNet is torchvision's (basic blocks), written out here.
"""
import sys

import torch
from torch import nn
from torch.nn import functional as F

from .fixture import ROOT, dumps

# safetensors is beside the readers of the files that Kindling writes.
sys.path += [str(path) for path in (ROOT / ".python-tools/readers/lib").glob("python3.*/site-packages")]

FOLDER = ROOT / "packages/train/test/fixtures/zoo"


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(256, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class BasicBlock(nn.Module):
    def __init__(self, channels, out, stride, downsample):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.downsample(x) if self.downsample else x))


class ResNet(nn.Module):
    def __init__(self, blocks, width=64, classes=1000):
        super().__init__()
        self.channels = width
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1, self.layer2 = self.stage(width, blocks[0], 1), self.stage(2 * width, blocks[1], 2)
        self.layer3, self.layer4 = self.stage(4 * width, blocks[2], 2), self.stage(8 * width, blocks[3], 2)
        self.fc = nn.Linear(8 * width, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def stage(self, out, count, stride):
        downsample = None
        if stride != 1 or self.channels != out:
            downsample = nn.Sequential(nn.Conv2d(self.channels, out, 1, stride=stride, bias=False), nn.BatchNorm2d(out))
        layers = [BasicBlock(self.channels, out, stride, downsample)]
        self.channels = out
        return nn.Sequential(*layers, *(BasicBlock(out, out, 1, None) for _ in range(1, count)))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, stride=2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def initial(model):
    return [{"name": name, "shape": list(p.shape), "first": p.detach().flatten()[:4].tolist(),
             "abs": p.detach().double().abs().sum().item()} for name, p in model.named_parameters()]


def saved(name, model, shape):
    """A training step moves the running statistics; the file has the weights behind it."""
    from safetensors.torch import save_file

    x = torch.linspace(-1, 1, torch.Size(shape).numel()).sin().reshape(shape)
    model.train()
    model(x)
    model.eval()
    with torch.no_grad():
        output = model(x)
    save_file(model.state_dict(), FOLDER / f"{name}.safetensors", metadata={"format": "pt"})
    return {"input": shape, "output": output.tolist()}


class Zoo:
    def write(self):
        FOLDER.mkdir(exist_ok=True)
        torch.manual_seed(1)
        lenet = saved("lenet", LeNet(), [2, 1, 28, 28])
        torch.manual_seed(2)
        resnet = saved("resnet", ResNet([1, 2, 1, 1], width=4, classes=5), [2, 3, 40, 36])
        torch.manual_seed(3)
        whole = initial(ResNet([2, 2, 2, 2], width=8))
        rows = {"lenet": lenet, "resnet": resnet, "resnet18": whole}
        (FOLDER / "zoo.json").write_text("{\n" + ",\n".join(f"{dumps(k)}:{dumps(v)}" for k, v in rows.items()) + "\n}\n")


def generate():
    return Zoo()
