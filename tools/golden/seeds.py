"""Checksums of what PyTorch draws from many seeds, through the functions that users call.

From each seed all calls are made in turn. A call lists the CRC-32 of its elements' bytes for every seed; `end` those of
the generator's state after the last. Integers are int32, as Kindling has them.
"""
import math
import zlib

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset, random_split

from .fixture import NAMED, ROOT, dumps
from .init import INITIALIZERS

SEEDS = [*range(10), 42, 777, 5489, 123456, 220119, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 5, 2**53 + 1,
         67280421310721, 2**63, 2**64 - 1, -1, -777, -(2**63)]


def checksum(*tensors):
    arrays = [t.detach().numpy() for t in tensors]
    return zlib.crc32(b"".join((a.astype(np.int32) if a.dtype == np.int64 else a).tobytes() for a in arrays))


def ramp(shape):
    return torch.arange(math.prod(shape), dtype=torch.float32).reshape(shape) / 7


def parameters(module):
    return checksum(*module.parameters())


DRAWS = {
    "rand": lambda shape, dtype: checksum(torch.rand(shape, dtype=NAMED[dtype])),
    "randn": lambda shape, dtype: checksum(torch.randn(shape, dtype=NAMED[dtype])),
    "randint": lambda low, high, shape, dtype: checksum(torch.randint(low, high, shape, dtype=NAMED[dtype])),
    "randperm": lambda n: checksum(torch.randperm(n)),
    "bernoulli": lambda shape, dtype: checksum(torch.bernoulli((ramp(shape) % 1).to(NAMED[dtype]))),
    "dropout": lambda shape, p: checksum(torch.nn.Dropout(p)(ramp(shape))),
    "Linear": lambda *args: parameters(torch.nn.Linear(*args)),
    "Embedding": lambda *args: parameters(torch.nn.Embedding(*args)),
    **{f"init.{name}": lambda shape, *args, fill=fill: checksum(fill(torch.empty(shape), *args))
       for name, fill in INITIALIZERS.items()},
}


def calls():
    for dtype in ("float32", "float64"):
        for shape in ([1], [7], [15], [4, 4], [17], [3, 5, 7], [1000]):
            yield "randn", shape, dtype
        for shape in ([1], [6], [10, 100]):
            yield "rand", shape, dtype
            yield "bernoulli", shape, dtype
    for low, high in ((0, 1), (0, 10), (-5, 6), (0, 2**28 - 1), (0, 2**28), (-(2**27), 2**27 + 3), (0, 2**31 - 1), (-(2**31), 2**31)):
        yield "randint", low, high, [100], "int32"
    yield "randint", 0, 256, [100], "uint8"
    yield "randint", -(2**24), 2**24, [100], "float32"
    for low, high in ((0, 100), (0, 2**32), (-(2**40), 2**45), (-(2**53), 2**53)):
        yield "randint", low, high, [100], "float64"
    for n in (0, 1, 2, 10, 1000):
        yield "randperm", n
    for p in (0.0, 0.1, 0.5, 0.75, 1.0):
        yield "dropout", [10, 37], p
    yield from [("Linear", 2, 2), ("Linear", 1, 8), ("Linear", 784, 20), ("Linear", 10, 10, False), ("Embedding", 7, 2), ("Embedding", 7, 5)]
    for name in INITIALIZERS:
        for shape in ([3, 4], [5, 7], [2, 3, 4]):
            yield f"init.{name}", shape
    for name in ("kaimingUniform", "kaimingNormal"):
        yield f"init.{name}", [6, 5], {"mode": "fanOut", "nonlinearity": "relu"}
        yield f"init.{name}", [3, 5], {"a": 0.2}
    yield from [("init.xavierUniform", [4, 3], 5 / 3), ("init.xavierNormal", [4, 5], 5 / 3), ("init.uniform", [9], -2.5, 0.7),
                ("init.normal", [9], 3, 0.25), ("init.normal", [21], -1, 1e-3)]


def state(generator=torch.default_generator):
    return zlib.crc32(generator.get_state().numpy())


class Checksums:
    """A fixture: the calls, and a checksum for each seed."""

    def __init__(self, path, run, table):
        self.path, columns = ROOT / path, []
        for seed in SEEDS:
            torch.manual_seed(seed)
            columns.append([*(run(seed, *call) for call in table), state()])
        *rows, self.end = zip(*columns)
        self.calls = [{"call": name, "args": args, "crc32": row} for (name, *args), row in zip(table, rows)]

    def write(self):
        rows = ",\n".join(dumps(call) for call in self.calls)
        seeds = dumps([str(seed) for seed in SEEDS])
        self.path.write_text(f'{{"torch":"{torch.__version__}","seeds":{seeds},"end":{dumps(self.end)},"calls":[\n{rows}\n]}}\n')


def epochs(seed, n, batch_size, own):
    """The order of two shuffled epochs, and where they leave a generator of the loader's own."""
    generator = torch.Generator().manual_seed(seed) if own else None
    loader = DataLoader(TensorDataset(torch.arange(n)), batch_size=batch_size, shuffle=True, generator=generator)
    order = [batch for _ in range(2) for (batch,) in loader]
    return checksum(*order, torch.tensor([state(generator)]) if own else torch.zeros(0, dtype=torch.int64))


def split(seed, lengths, own):
    n = sum(lengths) if isinstance(lengths[0], int) else 100
    generator = torch.Generator().manual_seed(seed) if own else torch.default_generator
    return checksum(*(torch.tensor(part.indices, dtype=torch.int32) for part in random_split(range(n), lengths, generator=generator)))


def generate():
    draws = Checksums("packages/core/test/fixtures/random/seeds.json", lambda _seed, name, *args: DRAWS[name](*args), list(calls()))
    table = [(name, *args, own) for own in (False, True) for name, *args in (
        ("epochs", 1, 1), ("epochs", 10, 4), ("epochs", 12, 4), ("epochs", 1000, 64), ("split", [7, 3]), ("split", [0.8, 0.1, 0.1]))]
    functions = {"epochs": epochs, "split": split}
    loads = Checksums("packages/data/test/fixtures/seeds.json", lambda seed, name, *args: functions[name](seed, *args), table)
    return [draws, loads]
