"""Records golden cases: runs a Kindling-named call in PyTorch and writes inputs, output and gradients as JSON.

A case holds `op` (a method of the first input, or with `"function": true` a function), `inputs`, and `args`, the
arguments as the TypeScript signature takes them, in which {"input": i} stands for the i-th input after its views.
`args` is left out where it is all inputs but the first, in order. A tensor is {shape, dtype, data}; dtype is float32
where left out. NaN and the infinities are strings, null among arguments is undefined.

PyTorch's int64 is written as int32, Kindling's only wide integer.
"""
import json
import sys
import zlib
from pathlib import Path

import numpy as np
import torch

torch.set_num_threads(1)
# PyTorch's own kernels. Of the operations here oneDNN serves gelu alone, of two float32 elements and more: a fifth off
# at -5, infinite for 3e38, NaN for infinity, where one element, float64 and GPUs have the formula.
torch.backends.mkldnn.enabled = False

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "packages/core/test/fixtures/golden"
TRAIN = ROOT / "packages/train/test/fixtures/golden"

DTYPES = {
    torch.float32: "float32", torch.float64: "float64", torch.int32: "int32", torch.int64: "int32",
    torch.uint8: "uint8", torch.bool: "bool",
}
NAMED = {"float32": torch.float32, "float64": torch.float64, "int32": torch.int32, "uint8": torch.uint8, "bool": torch.bool}


class Raw(str):
    """JSON text to be written as it stands."""


def number(value, dtype=np.float64):
    """The shortest decimal text that reads back as exactly this float32 or float64."""
    value = dtype(value)
    if not np.isfinite(value):
        return '"NaN"' if np.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'
    plain = np.format_float_positional(value, unique=True, trim="-")
    short = np.format_float_scientific(value, unique=True, trim="-", exp_digits=1).replace("e+", "e")
    return min(plain, short, key=len)


def dumps(value):
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dumps(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(dumps(v) for v in value) + "]"
    if isinstance(value, float):
        return number(value)
    return json.dumps(value)


def encode(tensor):
    """A tensor as {shape, dtype, data}, or null."""
    if tensor is None:
        return None
    tensor = tensor.detach()
    flat = tensor.contiguous().flatten().numpy()
    if tensor.dtype.is_floating_point:
        data = Raw("[" + ",".join(number(v, flat.dtype.type) for v in flat) + "]")
    else:
        wide = flat.astype(np.int64)
        assert ((wide >= -(2**31)) & (wide < 2**31)).all(), "an integer outside int32"
        data = Raw("[" + ",".join(str(int(v)) for v in flat) + "]")
    dtype = DTYPES[tensor.dtype]
    return {"shape": list(tensor.shape)} | ({} if dtype == "float32" else {"dtype": dtype}) | {"data": data}


def values(*shape, low=-2.0, high=2.0, seed=0, dtype=torch.float32):
    """Two-decimal numbers, or integers for other dtypes, that depend on nothing but the arguments."""
    rng = np.random.RandomState(zlib.crc32(repr((shape, seed)).encode()))
    drawn = rng.uniform(low, high, shape)
    drawn = np.round(drawn, 2) if dtype.is_floating_point else np.floor(drawn)
    return torch.from_numpy(np.array(drawn)).to(dtype)


def distinct(*shape, seed=0, dtype=torch.float32):
    """A shuffled ladder of numbers without ties, half of them negative."""
    count = int(np.prod(shape))
    rng = np.random.RandomState(zlib.crc32(repr((shape, seed)).encode()))
    ladder = (rng.permutation(count) - count // 2) * (0.25 if dtype.is_floating_point else 1)
    return torch.from_numpy(np.array(ladder).reshape(shape)).to(dtype)


class Input:
    """A leaf tensor and the view steps that lead from it to the operand, for operands that are not contiguous."""

    def __init__(self, tensor, view=(), grad=None):
        self.tensor, self.view, self.grad = tensor, list(view), grad


def upstream(tensor, key):
    """A gradient for an output: multiples of 1/4, never 0, so that a wrong sign or factor shows."""
    rng = np.random.RandomState(zlib.crc32(key.encode()))
    steps = rng.randint(1, 9, tuple(tensor.shape)) * np.where(rng.rand(*tensor.shape) < 0.5, -0.25, 0.25)
    return torch.from_numpy(np.array(steps)).to(tensor.dtype)


def brief(value):
    """An argument as a case's name shows it."""
    if isinstance(value, Input):
        steps = "".join(f".{s[0]}({','.join(map(brief, s[1:]))})" for s in value.view)
        return brief(value.tensor) + steps
    if isinstance(value, torch.Tensor):
        dtype = DTYPES[value.dtype]
        return ("" if dtype == "float32" else dtype) + str(list(value.shape)).replace(" ", "")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {brief(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(brief(v) for v in value) + "]"
    return "undefined" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class Suite:
    """The cases of one fixture file."""

    def __init__(self, name, folder=CORE, **header):
        self.path, self.header, self.cases, self.names = folder / f"{name}.json", header, [], set()

    def add(self, name, **fields):
        base, n = name, 2
        while name in self.names:
            name, n = f"{base} #{n}", n + 1
        self.names.add(name)
        self.cases.append({"name": name} | fields)
        return self.cases[-1]

    def write(self):
        head = "".join(f'"{k}":{dumps(v)},\n' for k, v in self.header.items())
        text = "{" + head + '"cases":[\n' + ",\n".join(dumps(c) for c in self.cases) + "\n]}\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(text)
        print(f"{self.path.relative_to(ROOT)}: {len(self.cases)} cases, {len(text) / 1024:.0f} kB", file=sys.stderr)
