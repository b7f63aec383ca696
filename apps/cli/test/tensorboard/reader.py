"""Prints, as JSON, what TensorBoard's own reader finds in a folder: reader.py <folder>"""

import io
import json
import math
import sys

from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

folder = sys.argv[1]


def number(value):
    return value if math.isfinite(value) else str(value)


def pixels(encoded):
    image = Image.open(io.BytesIO(encoded))
    return [image.mode, list(image.size), list(image.tobytes())]


accumulator = EventAccumulator(folder, size_guidance={'scalars': 0, 'images': 0, 'histograms': 0})
accumulator.Reload()
tags = accumulator.Tags()
found = {
    'scalars': {
        tag: [[event.step, number(event.value), event.wall_time] for event in accumulator.Scalars(tag)]
        for tag in tags['scalars']
    },
    'images': {
        tag: [
            [event.step, event.width, event.height, *pixels(event.encoded_image_string)]
            for event in accumulator.Images(tag)
        ]
        for tag in tags['images']
    },
    'histograms': {
        tag: [
            [
                event.step,
                value.min,
                value.max,
                value.num,
                value.sum,
                list(value.bucket_limit),
                list(value.bucket),
            ]
            for event in accumulator.Histograms(tag)
            for value in [event.histogram_value]
        ]
        for tag in tags['histograms']
    },
    'first': accumulator.FirstEventTimestamp(),
}
json.dump(found, sys.stdout)
