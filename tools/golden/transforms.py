"""Images as the transforms of torchvision 0.29 change them: `python -m golden transforms`, with torchvision and Pillow beside PyTorch
(`pip install --no-deps torchvision pillow`). Not among the files that are written by default.

A case holds the call in TypeScript's form (`transform`, `args`), the shape of the image, whose values are those of `image`, the seed, and the
values of the first results after it, followed by the next draw.
"""
import math

import torch
from torchvision import transforms as T

from .fixture import ROOT, Suite, encode

FOLDER = ROOT / "packages/data/test/fixtures"


def image(shape):
    """frac(i · φ) in float32, which TypeScript computes to the bit."""
    count = math.prod(shape)
    return ((torch.arange(count, dtype=torch.float64) * 0.6180339887498949) % 1).float().reshape(shape)


def generate():
    suite = Suite("transforms", FOLDER)

    def add(name, transform, torch_transform, args, shape, seed=7, times=3):
        x = image(shape)
        torch.manual_seed(seed)
        results = [torch_transform(x) for _ in range(times)]
        after = torch.rand(1).item()
        suite.add(name, transform=transform, args=args, shape=list(shape), seed=seed, results=[encode(r.contiguous()) for r in results], after=after)

    add("randomCrop", "randomCrop", T.RandomCrop(4), [4], (3, 7, 6))
    add("randomCrop of another width", "randomCrop", T.RandomCrop((3, 5)), [[3, 5]], (1, 6, 6))
    add("randomCrop with a border", "randomCrop", T.RandomCrop(6, padding=2), [6, {"padding": 2}], (3, 6, 6))
    add("randomCrop with a border of 4 sides", "randomCrop", T.RandomCrop(5, padding=[1, 0, 2, 3], fill=0.5), [5, {"padding": [1, 0, 2, 3], "fill": 0.5}], (1, 5, 5))
    add("randomCrop with a border of 2 sides, edge", "randomCrop", T.RandomCrop(5, padding=[1, 2], padding_mode="edge"), [5, {"padding": [1, 2], "paddingMode": "edge"}], (2, 5, 5))
    add("randomCrop, reflect", "randomCrop", T.RandomCrop(6, padding=2, padding_mode="reflect"), [6, {"padding": 2, "paddingMode": "reflect"}], (2, 6, 6))
    add("randomCrop, as small as needed", "randomCrop", T.RandomCrop((5, 7), pad_if_needed=True), [[5, 7], {"padIfNeeded": True}], (1, 3, 4))
    add("randomCrop of all, which draws nothing", "randomCrop", T.RandomCrop((4, 5)), [[4, 5]], (1, 4, 5))
    add("randomCrop of a batch", "randomCrop", T.RandomCrop(3), [3], (2, 1, 5, 5))
    for seed in (1, 2):
        add(f"randomHorizontalFlip {seed}", "randomHorizontalFlip", T.RandomHorizontalFlip(), [], (3, 2, 4), seed=seed, times=4)
        add(f"randomVerticalFlip {seed}", "randomVerticalFlip", T.RandomVerticalFlip(0.7), [{"p": 0.7}], (1, 3, 2), seed=seed, times=4)
    add("centerCrop", "centerCrop", T.CenterCrop(3), [3], (1, 6, 7), times=1)
    add("centerCrop, odd", "centerCrop", T.CenterCrop((2, 4)), [[2, 4]], (1, 5, 7), times=1)
    add("centerCrop of a smaller image", "centerCrop", T.CenterCrop((7, 4)), [[7, 4]], (2, 4, 7), times=1)
    for size in ((3, 4), (9, 12), (5, 20), (1, 1)):
        for antialias in (True, False):
            add(f"resize to {size}{'' if antialias else ', not antialiased'}", "resize", T.Resize(size, antialias=antialias),
                [list(size), {"antialias": antialias}], (2, 8, 11), times=1)
        add(f"resize to {size}, nearest", "resize", T.Resize(size, interpolation=T.InterpolationMode.NEAREST),
            [list(size), {"interpolation": "nearest"}], (2, 8, 11), times=1)
    add("resize, the shorter side, wide", "resize", T.Resize(4), [4], (1, 6, 10), times=1)
    add("resize, the shorter side, high", "resize", T.Resize(9), [9], (1, 10, 6), times=1)
    add("resize of a batch", "resize", T.Resize((3, 3)), [[3, 3]], (2, 1, 5, 4), times=1)
    add("randomRotation", "randomRotation", T.RandomRotation(30), [30], (3, 9, 9))
    add("randomRotation of a range", "randomRotation", T.RandomRotation((45, 200), fill=0.25), [[45, 200], {"fill": 0.25}], (1, 7, 10))
    add("randomRotation, bilinear", "randomRotation", T.RandomRotation(80, interpolation=T.InterpolationMode.BILINEAR),
        [80, {"interpolation": "bilinear"}], (2, 8, 6))
    add("randomRotation, bilinear, with a color", "randomRotation", T.RandomRotation(180, interpolation=T.InterpolationMode.BILINEAR, fill=1),
        [180, {"interpolation": "bilinear", "fill": 1}], (1, 6, 6))
    add("randomRotation by a right angle", "randomRotation", T.RandomRotation((90, 90)), [[90, 90]], (1, 4, 4))
    jitter = [("brightness", 0.4), ("contrast", 0.6), ("saturation", 0.9), ("hue", 0.5), ("hue", (-0.1, 0.3)), ("brightness", (0.5, 3.0)), ("contrast", 2.0)]
    for name, value in jitter:
        given = list(value) if isinstance(value, tuple) else value
        add(f"colorJitter {name}", "colorJitter", T.ColorJitter(**{name: value}), [{name: given}], (3, 4, 5))
        add(f"colorJitter {name}, gray", "colorJitter", T.ColorJitter(**{name: value}), [{name: given}], (1, 3, 3))
    everything = {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1}
    for seed in range(6):
        add(f"colorJitter of all {seed}", "colorJitter", T.ColorJitter(**everything), [everything], (3, 3, 4), seed=seed)
    add("colorJitter of a batch", "colorJitter", T.ColorJitter(**everything), [everything], (2, 3, 3, 3))
    return suite
