"""Image files as Pillow 13 writes them, and the pixels that it reads from them: `python -m golden images`, with Pillow beside PyTorch
(`pip install --no-deps pillow`). Not among the files that are written by default.

A case holds a file in base64, and the bytes of `Image.open(file).convert("RGB")` and of `convert("L")`, row by row.
"""
import base64
import io

import numpy as np
from PIL import Image

from .fixture import ROOT, Suite

FOLDER = ROOT / "packages/data/test/fixtures"


def picture(height, width, seed):
    """A smooth picture in color with some noise."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([128 + 100 * np.sin(x / 3), 128 + 100 * np.cos(y / 2), 128 + 100 * np.sin((x + y) / 4)], -1)
    return Image.fromarray((smooth + random.normal(0, 8, smooth.shape)).clip(0, 255).astype(np.uint8))


def text(data):
    return base64.b64encode(data).decode()


def generate():
    suite = Suite("images", FOLDER)
    image = picture(13, 19, 0)
    alpha = image.copy()
    alpha.putalpha(Image.fromarray(np.arange(13 * 19, dtype=np.uint8).reshape(13, 19)))
    deep = Image.fromarray((np.arange(13 * 19, dtype=np.uint16) * 261).reshape(13, 19))
    files = [
        ("JPEG 4:2:0", image, "JPEG", dict(quality=85, subsampling=2)),
        ("JPEG 4:2:2", image, "JPEG", dict(quality=70, subsampling=1)),
        ("JPEG 4:4:4", image, "JPEG", dict(quality=95, subsampling=0)),
        ("JPEG, progressive", image, "JPEG", dict(quality=85, progressive=True)),
        ("JPEG, gray", image.convert("L"), "JPEG", dict(quality=85)),
        ("JPEG with restarts", image, "JPEG", dict(quality=85, restart_marker_blocks=1)),
        ("JPEG of one pixel", picture(1, 1, 1), "JPEG", {}),
        ("PNG", image, "PNG", {}),
        ("PNG, gray", image.convert("L"), "PNG", {}),
        ("PNG, palette", image.quantize(16), "PNG", {}),
        ("PNG, palette of 4", image.quantize(4), "PNG", dict(bits=2)),
        ("PNG, two values", image.convert("1"), "PNG", {}),
        ("PNG with alpha", alpha, "PNG", {}),
        ("PNG, gray with alpha", alpha.convert("LA"), "PNG", {}),
        ("PNG of 16 bits", deep, "PNG", {}),
    ]
    for name, source, kind, options in files:
        file = io.BytesIO()
        source.save(file, kind, **options)
        opened = Image.open(io.BytesIO(file.getvalue()))
        if opened.mode == "I;16":
            # Pillow clips 16 bits to 8, and keeps the upper ones of colors.
            opened = Image.fromarray((np.asarray(opened) >> 8).astype(np.uint8))
        suite.add(name, width=source.width, height=source.height, file=text(file.getvalue()), rgb=text(opened.convert("RGB").tobytes()),
                  gray=text(opened.convert("L").tobytes()))
    return suite
