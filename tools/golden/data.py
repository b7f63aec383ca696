"""The order in which PyTorch's DataLoader and random_split take samples, and where they leave the generators.

A case of `loader` runs `epochs` epochs from `seed`; of each batch it keeps the indices (`batches`), or for large data sets a
digest: [batch, first index, last index, sum]. `after` is the next seed drawn from each generator.
"""
import torch
from torch.utils.data import (DataLoader, RandomSampler, SubsetRandomSampler, TensorDataset, WeightedRandomSampler,
                              random_split)

from .fixture import ROOT, Suite

FOLDER = ROOT / "packages/data/test/fixtures"


def draw(generator=None):
    """What is drawn next, as text: it may exceed 2^53."""
    return str(torch.empty((), dtype=torch.int64).random_(generator=generator).item())


def digest(batch):
    return [batch[0], batch[-1], sum(batch)]


def record(suite, name, n, seed, epochs=2, own=None, stop=None, large=False, replacement=None, num_samples=None, **options):
    torch.manual_seed(seed)
    generator = None if own is None else torch.Generator().manual_seed(own)
    dataset = TensorDataset(torch.arange(n))
    if replacement is not None or num_samples is not None:
        sampler = RandomSampler(dataset, replacement=bool(replacement), num_samples=num_samples, generator=generator)
        loader = DataLoader(dataset, sampler=sampler, **options)
    else:
        loader = DataLoader(dataset, generator=generator, **options)
    rows = []
    for _ in range(epochs):
        batches = []
        for k, (batch,) in enumerate(loader):
            batches.append(digest(batch.tolist()) if large else batch.tolist())
            if stop is not None and k + 1 == stop:
                break
        rows.append(batches)
    fields = {"n": n, "seed": seed, "own": own, "stop": stop, "large": large, "replacement": replacement, "numSamples": num_samples}
    after = {"default": draw()} | ({} if generator is None else {"own": draw(generator)})
    names = {"batch_size": "batchSize", "shuffle": "shuffle", "drop_last": "dropLast"}
    suite.add(name, **{k: v for k, v in fields.items() if v not in (None, False)},
              options={names[k]: v for k, v in options.items()}, length=len(loader), epochs=rows, after=after)


def loader():
    suite = Suite("loader", FOLDER)
    record(suite, "in order", 7, 1)
    record(suite, "in order, batches of 3", 7, 1, batch_size=3)
    record(suite, "in order, batches of 3, last dropped", 7, 1, batch_size=3, drop_last=True)
    record(suite, "in order, own generator", 5, 1, own=9, batch_size=2)
    for n in (1, 2, 10, 625):
        record(suite, f"shuffled {n}", n, 777, batch_size=4 if n > 4 else 1, shuffle=True)
    record(suite, "shuffled, last dropped", 10, 3, batch_size=4, shuffle=True, drop_last=True)
    record(suite, "shuffled, batch larger than the set", 3, 3, batch_size=8, shuffle=True)
    record(suite, "shuffled, batch larger than the set, dropped", 3, 3, batch_size=8, shuffle=True, drop_last=True)
    record(suite, "shuffled, left early", 20, 5, epochs=3, stop=2, batch_size=3, shuffle=True)
    record(suite, "shuffled, own generator", 12, 5, own=42, epochs=3, batch_size=5, shuffle=True)
    record(suite, "shuffled, own generator, exact batches", 12, 5, own=42, epochs=3, batch_size=4, shuffle=True)
    record(suite, "shuffled, own generator, last dropped", 12, 5, own=42, epochs=3, batch_size=5, shuffle=True, drop_last=True)
    record(suite, "shuffled, own generator, left early", 12, 5, own=42, epochs=3, stop=1, batch_size=5, shuffle=True)
    record(suite, "negative seed", 9, -4, batch_size=4, shuffle=True)
    record(suite, "with replacement", 10, 11, replacement=True, batch_size=4)
    record(suite, "with replacement, 70 of 10", 10, 11, replacement=True, num_samples=70, batch_size=16)
    record(suite, "with replacement, own generator", 10, 11, own=8, replacement=True, num_samples=64, batch_size=10)
    record(suite, "25 of 10", 10, 11, num_samples=25, batch_size=10)
    record(suite, "20 of 10, own generator", 10, 11, own=8, num_samples=20, batch_size=10)
    record(suite, "4 of 10", 10, 11, num_samples=4, batch_size=2)
    record(suite, "MNIST's size", 60000, 777, batch_size=256, shuffle=True, large=True)
    return suite


def split():
    suite = Suite("random-split", FOLDER)
    for n, lengths, seed in [(10, [7, 3], 0), (10, [10], 1), (10, [0, 10], 1), (10, [0.7, 0.3], 42), (30, [0.3, 0.3, 0.4], 42),
                             (11, [0.5, 0.5], 2), (17, [0.25, 0.25, 0.25, 0.25], 3), (3, [0.1, 0.9], 4), (1, [1], 5), (1000, [0.8, 0.1, 0.1], 6)]:
        generator = torch.Generator().manual_seed(seed)
        parts = [list(part.indices) for part in random_split(range(n), lengths, generator=generator)]
        large = {"parts": [digest(p) for p in parts], "large": True} if n > 100 else {"parts": parts}
        suite.add(f"{n} into {lengths}", n=n, lengths=lengths, seed=seed, after=draw(generator), **large)
    return suite


def mnist_program():
    """The first batches of the tutorial program: its layers and their weights have drawn before the loader does."""
    suite = Suite("mnist-program", FOLDER)
    torch.manual_seed(777)
    layers = [torch.nn.Linear(784, 256), torch.nn.Linear(256, 10)]
    for layer in layers:
        torch.nn.init.kaiming_normal_(layer.weight)
    batches = iter(DataLoader(TensorDataset(torch.arange(60000)), batch_size=256, shuffle=True))
    suite.add("first five batches, eight indices of each", seed=777, batches=[next(batches)[0][:8].tolist() for _ in range(5)])
    return suite


def samplers():
    """Two epochs of a sampler from the default generator, or from one of its own."""
    suite = Suite("samplers", FOLDER)

    def record(name, sampler, seed, own=None, **fields):
        torch.manual_seed(seed)
        generator = None if own is None else torch.Generator().manual_seed(own)
        made = sampler(generator)
        rows = [list(made) for _ in range(2)]
        after = {"default": draw()} | ({} if generator is None else {"own": draw(generator)})
        suite.add(name, **fields, seed=seed, **({} if own is None else {"own": own}), epochs=rows, after=after)

    weights = [0.1, 0.9, 0, 0.4, 0.7, 3, 0.6]
    for replacement in (True, False):
        for count, own in ((5, None), (6, 42), (1, None), *(((40, None),) if replacement else ())):
            name = f"weighted, {count} of 7" + (", with replacement" if replacement else "") + (", own generator" if own else "")
            record(name, lambda g: WeightedRandomSampler(weights, count, replacement, generator=g), 3, own,
                   weights=weights, numSamples=count, replacement=replacement)
    for own in (None, 8):
        indices = [4, 1, 9, 7, 30]
        record("a subset" + (", own generator" if own else ""), lambda g: SubsetRandomSampler(indices, generator=g), 5, own,
               indices=indices)
    return suite


def generate():
    return [loader(), split(), samplers(), mnist_program()]
