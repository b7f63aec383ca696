"""Writes every golden fixture: `python3 -m golden` from tools/, with PyTorch 1.13 and NumPy 1.24 on the CPU.

Names given as arguments limit the run to those files: `python3 -m golden pointwise losses`.
"""
import importlib
import sys

MODULES = ["pointwise", "binary", "reductions", "matmul", "normalization", "shapes", "indexing", "autograd", "init", "layers",
           "training", "losses", "optimizers", "schedules", "generators"]

for module in sys.argv[1:] or MODULES:
    suites = importlib.import_module(f".{module}", __package__).generate()
    for suite in suites if isinstance(suites, list) else [suites]:
        suite.write()
