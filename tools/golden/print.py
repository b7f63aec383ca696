"""How PyTorch prints tensors."""
import json
import math

import torch

from .fixture import NAMED, ROOT

PATH = ROOT / "packages/core/test/fixtures/print.json"
inf, nan = math.inf, math.nan
F = torch.float32
CASES = [
    (3.5, F), (0.0, F), (-2.0, F), (1e-7, F), (nan, F), ([], F), ([1.0, 2, 3], F), ([1.0, 2.5, -3], F), ([0.00012, 1, 1000], F),
    ([1e-5, 1.0], F), ([1e9, 1.0], F), ([1e8, 2e8], F), ([123456789.0, 1.0], F), ([0.5, inf, nan, -inf], F), ([1.0, inf], F),
    ([-0.0, 0.0], F), ([1000.5, 0.25], F), ([1001.0, 1.0], F), ([99999.0, 1.5], F), ([[1.0, -2], [3, 4]], F),
    ([[[1.5, 2], [3, 4]], [[5, 6], [7, 8]]], F), ([0.1, 0.2], torch.float64), ([1, 20, -300], torch.int32), ([255, 0], torch.uint8),
    ([True, False], torch.bool), (True, torch.bool), (7, torch.int32), ([[]], F), ([[[1.0]]], F), (list(range(30)), torch.int32),
    ([i / 7 for i in range(40)], F), (list(range(1001)), torch.int32), ([[i * 10.0 + j for j in range(40)] for i in range(40)], F),
    ([1e-3, 2e-3], F), ([12345.678, 0.001], F), ([1e10], F), ([3e-5, 4e-5], F), ([inf, -inf], F), ([nan, nan], F),
    ([[True] * 40, [False] * 40], torch.bool), ([1e20, 1e-20, 0.0], F), ([-1.5, 100.25], F), ([0.99999, 0.5], F), ([9.99999, 10.0], F),
    ([[i + j * 0.5 for j in range(25)] for i in range(3)], F), ([1e5, 2e5], F), ([1e7 + 1, 1], F), ([2.0 ** 24, 0.5], F),
]
NAMES = {dtype: name for name, dtype in NAMED.items()}


def encode(x):
    if isinstance(x, list):
        return [encode(y) for y in x]
    return str(x).replace("inf", "Infinity").replace("nan", "NaN") if isinstance(x, float) and not math.isfinite(x) else x


def printed(data, dtype):
    tensor = torch.tensor(data, dtype=dtype)
    return {"shape": list(tensor.shape), "dtype": NAMES[dtype], "data": encode(tensor.flatten().tolist()),
            "text": str(tensor).replace("torch.", "")}


class Printed:
    def write(self):
        PATH.write_text(json.dumps([printed(*case) for case in CASES]))


def generate():
    return [Printed()]
