"""Golden draws of PyTorch's CPU generator, NumPy's legacy generator and glibc's log, log1p, sin and cos.

`python -m golden generators` from tools/, on x86-64 with AVX2 and FMA. A sequence is a seed and the calls made of it in
turn; every call holds what came out. Arrays are the bytes of their elements in base64; long ones are their CRC-32 with
the first and last four elements. (This file is not `random.py`: that would hide Python's own module from scripts here.)
"""
import base64
import json
import math
import zlib

import numpy as np
import torch

from .fixture import ROOT

FOLDER = ROOT / "packages/core/test/fixtures/random"
WHOLE = 40


def pack(array):
    raw = array.tobytes()
    if array.size <= WHOLE:
        return base64.b64encode(raw).decode()
    return {"crc32": zlib.crc32(raw), "head": pack(array[:4]), "tail": pack(array[-4:])}


class Suite:
    def __init__(self, name, document):
        self.path, self.document = FOLDER / f"{name}.json", document

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(f" {json.dumps(key)}: {self.entry(value)}" for key, value in self.document.items())
        self.path.write_text("{\n" + lines + "\n}\n")

    @staticmethod
    def entry(value):
        dense = {"separators": (",", ":")}
        if not isinstance(value, list):
            return json.dumps(value, **dense)
        return "[\n" + ",\n".join("  " + json.dumps(item, **dense) for item in value) + "\n ]"


class TorchSequence:
    """Draws from PyTorch's default generator; the names of the methods are the names of the calls."""

    def __init__(self, seed):
        self.seed, self.calls = seed, []
        torch.manual_seed(seed)

    def record(self, call, values, **arguments):
        if isinstance(values, torch.Tensor):
            values = values.detach().flatten().numpy()
        self.calls.append({"call": call, "n": values.size, "dtype": values.dtype.name} | arguments
                          | {"values": pack(values)})

    def uniform(self, n, low=0.0, high=1.0, dtype=torch.float32):
        self.record("uniform", torch.empty(n, dtype=dtype).uniform_(low, high), args=[low, high])

    def normal(self, n, mean=0.0, std=1.0, dtype=torch.float32):
        self.record("normal", torch.empty(n, dtype=dtype).normal_(mean, std), args=[mean, std])

    def randint(self, n, low, high, dtype=torch.int32):
        self.record("randint", torch.randint(low, high, (n,), dtype=dtype), args=[low, high])

    def randperm(self, n):
        self.record("randperm", torch.randperm(n, dtype=torch.int32))

    def bernoulli(self, n, p, dtype=torch.float32):
        self.record("bernoulli", torch.empty(n, dtype=dtype).bernoulli_(p), args=[p])

    def bernoulli_each(self, n, dtype=torch.float32):
        """The probabilities are 0, ⅛, … 1 and again from 0."""
        self.record("bernoulliEach", torch.bernoulli((torch.arange(n) % 9).to(dtype) / 8))

    def dropout(self, n, p):
        self.record("dropout", torch.nn.functional.dropout(torch.ones(n), p), args=[p])

    def linear(self, fan_in, fan_out):
        layer = torch.nn.Linear(fan_in, fan_out)
        self.record("linear", torch.cat([layer.weight.flatten(), layer.bias]), args=[fan_in, fan_out])

    def kaiming_normal(self, fan_in, fan_out):
        weight = torch.nn.init.kaiming_normal_(torch.empty(fan_out, fan_in))
        self.record("kaimingNormal", weight, args=[fan_in, fan_out])

    def draw_seed(self):
        self.record("drawSeed", torch.empty((), dtype=torch.int64).random_())

    def epoch(self, n, own_seed=None):
        """The order in which a shuffling DataLoader visits n samples, by its own generator where it has a seed."""
        generator = None if own_seed is None else torch.Generator().manual_seed(own_seed)
        data = torch.utils.data.TensorDataset(torch.arange(n, dtype=torch.int32))
        loader = torch.utils.data.DataLoader(data, batch_size=4, shuffle=True, generator=generator)
        order = torch.cat([batch for (batch,) in loader])
        self.record("epoch", order)
        if generator is not None:
            self.calls[-1] |= {"ownSeed": own_seed, "ownState": zlib.crc32(generator.get_state().numpy())}

    def state(self):
        """From here on the sequence can be continued from these bytes, PyTorch's own (here compressed)."""
        packed = zlib.compress(torch.get_rng_state().numpy(), 9)
        self.calls.append({"call": "state", "values": base64.b64encode(packed).decode()})

    def load_zeros(self):
        """Goes on from a state whose next words are all zero, so that every uniform number is 0."""
        raw = torch.get_rng_state().numpy().copy()
        raw[16:24], raw[24:24 + 8 * 624] = np.frombuffer(np.int64(100).tobytes(), np.uint8), 0
        raw[8:12] = np.frombuffer(np.int32(525).tobytes(), np.uint8)
        torch.set_rng_state(torch.from_numpy(raw))
        self.state()
        self.calls[-1]["call"] = "load"

    def done(self):
        return {"seed": str(self.seed), "calls": self.calls, "end": zlib.crc32(torch.get_rng_state().numpy())}


SEEDS = [0, 1, 2, 42, 777, 5489, 220119, 2**31, 2**32 - 1, 2**32 + 5, 67280421310721, 2**63, 2**64 - 1, -1, -(2**63)]
SIZES = [0, 1, 2, 5, 15, 16, 17, 31, 32, 100, 1000]
FLOATS = (torch.float32, torch.float64)


def torch_sequences():
    for seed in SEEDS:
        s = TorchSequence(seed)
        for dtype in FLOATS:
            for n in SIZES:
                s.normal(n, dtype=dtype)
                s.uniform(n, dtype=dtype)
        yield s.done()

    for seed in (0, 777, 2**63 + 1):
        s = TorchSequence(seed)
        for dtype in FLOATS:
            s.normal(784 * 256, dtype=dtype)
            s.normal(784 * 256 + 5, 0.25, 0.7, dtype=dtype)
            s.normal(784 * 256, 0, math.sqrt(2 / 784), dtype=dtype)
            s.uniform(784 * 256, dtype=dtype)
            s.uniform(784 * 256, -1 / 28, 1 / 28, dtype=dtype)
            s.uniform(784 * 256, 0.3, 1.7, dtype=dtype)
        s.randperm(60000)
        s.bernoulli(100000, 0.3)
        yield s.done()

    # A pair's second number waits in the generator through other draws and across dtypes, and a state carries it.
    s = TorchSequence(220119)
    s.normal(3)
    s.uniform(5)
    s.normal(4)
    s.randperm(10)
    s.normal(1, dtype=torch.float64)
    s.normal(1)
    s.normal(1)
    s.normal(20)
    s.normal(15, 2.0, 0.125, dtype=torch.float64)
    s.normal(17, -3.0, 1e-3)
    s.state()
    s.normal(2)
    s.state()
    s.uniform(623)
    s.uniform(1)
    s.state()
    yield s.done()

    s = TorchSequence(31)
    s.state()
    s.uniform(624)
    s.state()
    s.uniform(700, -5.0, -5.0)
    yield s.done()

    s = TorchSequence(5)
    s.load_zeros()
    for dtype in FLOATS:
        s.normal(16, dtype=dtype)
        s.normal(3, dtype=dtype)
        s.normal(1, 0.5, 2.0, dtype=dtype)
        s.uniform(2, -1.0, 1.0, dtype=dtype)
    s.bernoulli(2, 0.0)
    yield s.done()

    s = TorchSequence(7)
    for low, high in ((0, 10), (-5, 6), (0, 1), (-(2**31), 2**31), (-3, 2**31 - 1)):
        s.randint(1000, low, high)
    s.randint(1000, 0, 256, dtype=torch.uint8)
    s.randint(1000, -(2**24), 2**24, dtype=torch.float32)
    for low, high in ((0, 2**32 - 1), (0, 2**32), (-(2**40), 2**45), (-(2**53), 2**53)):
        s.randint(1000, low, high, dtype=torch.float64)
    for n in (0, 1, 2, 17):
        s.randperm(n)
    # Where a number begins to take 64 bits.
    for low, high in ((0, 2**28 - 1), (0, 2**28), (-(2**27), 2**27 + 1)):
        s.randint(100, low, high)
    s.randint(100, -(2**53) + 1, 2**53, dtype=torch.float64)
    yield s.done()

    # Where u·(to − from) + from is rounded to `to`, `from` stands.
    s = TorchSequence(9)
    for low, high in ((1, 1 + 2**-23), (-1, -1 + 2**-24), (3, 3 + 2**-20), (0.1, 0.1)):
        s.uniform(100, low, high)
    s.uniform(100, 1, 1 + 2**-52, dtype=torch.float64)
    yield s.done()

    s = TorchSequence(8)
    for p in (0.0, 0.1, 0.5, 1.0):
        s.bernoulli(37, p)
        s.bernoulli(1000, p, dtype=torch.float64)
        s.bernoulli(1000, p, dtype=torch.uint8)
    for dtype in FLOATS:
        s.bernoulli_each(1000, dtype=dtype)
    s.dropout(1000, 0.2)
    yield s.done()

    s = TorchSequence(777)
    for fan_in, fan_out in ((2, 2), (2, 1), (2, 10), (10, 10), (10, 1), (8, 4), (784, 200), (200, 10)):
        s.linear(fan_in, fan_out)
    s.kaiming_normal(784, 256)
    s.kaiming_normal(3, 5)
    yield s.done()

    s = TorchSequence(777)
    s.draw_seed()
    s.epoch(10)
    s.epoch(1000)
    s.epoch(10, own_seed=9)
    s.epoch(12, own_seed=9)
    s.draw_seed()
    yield s.done()


class NumpySequence:
    """Draws from a RandomState; the names of the methods are the names of the calls."""

    def __init__(self, seed):
        self.seed, self.calls, self.state = seed, [], np.random.RandomState(seed)

    def __getattr__(self, name):
        def draw(*args):
            values = np.asarray(getattr(self.state, name)(*args))
            values = values.astype(np.int32) if values.dtype.kind == "i" else values
            self.calls.append({"call": name, "args": list(args), "dtype": values.dtype.name, "values": pack(values)})
        return draw

    def shuffle(self, n):
        values = np.arange(n) / 2
        self.state.shuffle(values)
        self.calls.append({"call": "shuffle", "args": [n], "dtype": "float64", "values": pack(values)})

    def done(self):
        return {"seed": self.seed, "calls": self.calls}


def numpy_sequences():
    for seed in [0, 1, 777, 220120, 2**31, 2**32 - 1, [0], [1, 2, 3], [2**32 - 1, 0, 5], list(range(700))]:
        s = NumpySequence(seed)
        for n in (1, 2, 5, 32, 1000):
            s.randn(n)
            s.rand(n)
        s.random_sample(3)
        s.randn(1)
        s.uniform(-3.0, 0.7, 100)
        s.normal(2.5, 0.3, 100)
        for n in (0, 1, 2, 17, 60000):
            s.permutation(n)
        s.shuffle(33)
        for low, high in ((0, 10), (5, 6), (0, 64), (0, 65), (-5, 2**31 - 1), (-(2**31), 2**31)):
            s.randint(low, high, 1000)
        s.randn(100001)
        yield s.done()


def libm():
    """`u` are 100,000 draws of RandomState(1); the arguments are made of them so that every branch is taken."""
    u = np.random.RandomState(1).rand(100000)
    cases = {
        "log": [("1 - u", 1 - u), ("1 - u / 16", 1 - u / 16), ("u * u", u * u), ("1 + u * 300", 1 + u * 300)],
        "log1p": [("-u", -u), ("-u / 16", -u / 16), ("-u * 2**-19", -u * 2**-19), ("-u * 2**-28", -u * 2**-28),
                  ("-1 + u * 2**-20", -1 + u * 2**-20), ("-0.5 - (u - 0.5) * 2**-19", -0.5 - (u - 0.5) * 2**-19)],
        "sin": [("2 * pi * u", 2 * math.pi * u), ("u / 8", u / 8), ("pi + u / 1e3", math.pi + u / 1e3)],
        "cos": [("2 * pi * u", 2 * math.pi * u), ("u / 8", u / 8), ("pi / 2 + u / 1e3", math.pi / 2 + u / 1e3)],
    }
    return [{"function": name, "argument": text, "values": pack(np.array([getattr(math, name)(v) for v in x]))}
            for name, rows in cases.items() for text, x in rows]


def packed(x):
    return {"shape": list(x.shape), "dtype": str(x.dtype)[6:], "values": pack(x.flatten().numpy())}


def normals():
    """torch.normal with tensors for the mean, the standard deviation, or both."""
    means, stds = torch.linspace(-3, 3, 20), torch.linspace(0, 2, 20)
    pairs = [(means, stds), (means, 0.7), (1.5, stds), (means[:5], stds[:5]), (means[:3].reshape(3, 1), stds[:8]), (means[:12].reshape(3, 4), stds[4:8]),
             (means.double(), stds.double()), (means, stds.double()), (means.double()[:3], stds[:3]), (means[0], stds), (means[:0], 2.0)]
    cases = []
    for mean, std in pairs:
        torch.manual_seed(11)
        drawn = torch.normal(mean, std)
        operands = [packed(x) if isinstance(x, torch.Tensor) else x for x in (mean, std)]
        cases.append({"operands": operands, "drawn": packed(drawn), "next": packed(torch.rand(1))})
    return cases


def generate():
    return [Suite("normal", {"torch": torch.__version__, "cases": normals()}),
            Suite("torch", {"torch": torch.__version__, "sequences": list(torch_sequences())}),
            Suite("numpy", {"numpy": np.__version__, "sequences": list(numpy_sequences())}),
            Suite("libm", {"cases": libm()})]
