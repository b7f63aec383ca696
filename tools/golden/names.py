"""The public names of PyTorch, for the table in docs/from-pytorch.md: what Kindling has, and what it lacks."""
import inspect
import json
import types

import torch

from .fixture import ROOT


def names(holder):
    return sorted(name for name in dir(holder) if not name.startswith("_") and not isinstance(getattr(holder, name, None), types.ModuleType))


def own(module, kind):
    """Classes or functions that a module defines or re-exports from below torch."""
    return sorted(name for name in dir(module) if not name.startswith("_") and kind(getattr(module, name))
                  and (getattr(module, name).__module__ or "torch").startswith("torch"))


class Names:
    def write(self):
        path = ROOT / "packages/train/test/fixtures/pytorch-names.json"
        functions = [name for name in names(torch) if callable(getattr(torch, name)) and not inspect.isclass(getattr(torch, name))]
        surfaces = {
            "Tensor": names(torch.Tensor), "torch": functions,
            "nn": own(torch.nn, inspect.isclass), "nn.functional": own(torch.nn.functional, callable),
            "nn.init": own(torch.nn.init, callable), "nn.Module": names(torch.nn.Module),
            "nn.utils": own(torch.nn.utils, callable), "autograd": own(torch.autograd, callable) + names(torch.autograd.functional),
            "optim": own(torch.optim, inspect.isclass), "optim.lr_scheduler": own(torch.optim.lr_scheduler, inspect.isclass),
            "utils.data": own(torch.utils.data, callable), "cuda": own(torch.cuda, callable),
        }
        lines = ",\n".join(f' {json.dumps(key)}: {json.dumps(value, separators=(",", ":"))}' for key, value in surfaces.items())
        path.write_text("{\n" + lines + "\n}\n")


def generate():
    return Names()
