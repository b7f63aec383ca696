"""Writes every golden fixture: `../.python-tools/peers/bin/python -m golden` from tools/, with PyTorch 2.15 and NumPy 2.4
on an x86-64 processor with AVX2 and FMA, glibc below it. The tutorial programs read the data sets in KINDLING_DATA_DIR.

Names given as arguments limit the run to those files: `… -m golden pointwise losses`.
"""
import importlib
import sys

MODULES = [
    "pointwise",
    "functional",
    "convolution",
    "attention",
    "composed",
    "places",
    "binary",
    "edges",
    "reductions",
    "matmul",
    "normalization",
    "shapes",
    "indexing",
    "autograd",
    "init",
    "layers",
    "recurrent",
    "forms",
    "pool",
    "training",
    "losses",
    "margins",
    "optimizers",
    "schedules",
    "generators",
    "seeds",
    "data",
    "programs",
    "chapters",
    "recurrent_programs",
    "experiments",
    "print",
    "names",
]

for module in sys.argv[1:] or MODULES:
    suites = importlib.import_module(f".{module}", __package__).generate()
    for suite in suites if isinstance(suites, list) else [suites]:
        suite.write()
