"""Runs one call of an operation in PyTorch and records it with its output and gradients."""
import sys
from contextlib import suppress

import torch

from .fixture import CORE, Input, Suite, brief, encode, upstream
from .ops import FUNCTIONS, METHODS

# The runner's rule for float32, stated there; here it guards the fixtures against PyTorch's own rounding.
RTOL, ATOL, TINY = 2e-6, 2e-7, 1.2e-38


def view(tensor, steps):
    for name, *args in steps:
        tensor = METHODS[name](tensor, *args)
    return tensor


def operands(value, found, convert):
    """`value` with every tensor in it replaced by convert(tensor); the tensors' inputs are appended to `found`."""
    if isinstance(value, torch.Tensor):
        value = Input(value)
    if isinstance(value, Input):
        found.append(value)
        return convert(value, len(found) - 1)
    if isinstance(value, dict):
        return {k: operands(v, found, convert) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [operands(v, found, convert) for v in value]
    return value


def outputs(result):
    """The tensors of a result, in a fixed order."""
    if isinstance(result, torch.Tensor):
        return [result]
    return list(result.values()) if isinstance(result, dict) else list(result)


def shaped(result, tensors):
    """`tensors` in the structure of `result`."""
    if isinstance(result, torch.Tensor):
        return tensors[0]
    return dict(zip(result, tensors)) if isinstance(result, dict) else list(tensors)


def leaf(entry, grad, wide=False):
    tensor = entry.tensor.detach().clone()
    if wide and tensor.dtype == torch.float32:
        tensor = tensor.double()
    wanted = grad if entry.grad is None else entry.grad
    return tensor.requires_grad_(bool(wanted) and tensor.dtype.is_floating_point)


def evaluate(call, args, grad, name, wide=False):
    """Leaves, result, upstream gradients and leaf gradients of call(*args)."""
    leaves = []

    def convert(entry, _):
        leaves.append(leaf(entry, grad, wide))
        return view(leaves[-1], entry.view)

    result = call(*operands(args, [], convert))
    tensors = outputs(result)
    upstreams = [upstream(t, f"{name}/{i}") if t.requires_grad else None for i, t in enumerate(tensors)]
    for tensor, gradient in zip(tensors, upstreams):
        if gradient is not None:
            tensor.backward(gradient, retain_graph=True)
    return leaves, result, upstreams


def gradient(tensor):
    """The gradient of a leaf; PyTorch leaves out some that are zero everywhere."""
    return encode(torch.zeros_like(tensor) if tensor.grad is None else tensor.grad)


def deviation(actual, expected, rtol, atol):
    """How many tolerances two tensors are apart at most."""
    if actual is None or expected is None or actual.numel() == 0:
        return 0.0
    actual, expected = actual.double(), expected.double()
    finite = expected.isfinite() & (expected.abs() < 3.4e38)
    if not torch.equal(actual[~finite].nan_to_num(7.0), expected[~finite].float().double().nan_to_num(7.0)):
        return float("inf")
    if not finite.any():
        return 0.0
    a, e = actual[finite], expected[finite]
    return ((a - e).abs() / (TINY + rtol * e.abs() + atol * e.abs().max())).max().item()


class OpSuite(Suite):
    """Cases of operations. `tolerance` applies to the outputs of cases that name none."""

    def record(self, op, *args, note="", grad=True, function=None, tolerance=None, gradient_tolerance=None,
               after=(), truth=True):
        """Records op(*args). `after` lists inputs that the call changes; `truth=False` skips the float64 check."""
        function = op in FUNCTIONS and op not in METHODS if function is None else function
        call = (FUNCTIONS if function else METHODS)[op]
        inputs = []
        encoded = operands(list(args), inputs, lambda _, i: {"input": i})
        shown = ", ".join(brief(a) for a in args)
        title = f"{op}({shown})" if function or not inputs else f"{brief(args[0])}.{op}({', '.join(brief(a) for a in args[1:])})"
        name = title + (f" {note}" if note else "")
        leaves, result, upstreams = evaluate(call, args, grad, name)
        tensors = outputs(result)
        if truth:
            self.verify(name, call, args, grad, tensors, leaves, tolerance, gradient_tolerance)

        fields = {"op": op} | ({"function": True} if function else {})
        fields["inputs"] = [
            encode(entry.tensor)
            | ({"requiresGrad": True} if tensor.requires_grad else {})
            | ({"view": entry.view} if entry.view else {})
            for entry, tensor in zip(inputs, leaves)
        ]
        rest = encoded if function else encoded[1:]
        start = 0 if function else 1
        if rest != [{"input": i} for i in range(start, len(inputs))]:
            fields["args"] = rest
        fields["output"] = shaped(result, [encode(t) for t in tensors])
        if any(u is not None for u in upstreams):
            fields["gradOutput"] = shaped(result, [encode(u) for u in upstreams])
            fields["gradients"] = [gradient(t) if t.requires_grad else None for t in leaves]
        if after:
            fields["inputsAfter"] = [encode(t) if i in after else None for i, t in enumerate(leaves)]
        if tolerance:
            fields["tolerance"] = tolerance
        if gradient_tolerance:
            fields["gradientTolerance"] = gradient_tolerance
        return self.add(name, **fields)

    def verify(self, name, call, args, grad, tensors, leaves, tolerance, gradient_tolerance):
        """Warns where PyTorch's float32 is further from its float64 than half the tolerance."""
        exact, result, _ = evaluate(call, args, grad, name, wide=True)
        t = {"rtol": RTOL, "atol": ATOL} | self.header.get("tolerance", {}) | (tolerance or {})
        g = {"rtol": RTOL, "atol": ATOL} | (gradient_tolerance or {})
        self.warn(name, [("output", a, e, t) for a, e in zip(tensors, outputs(result))])
        self.warn(name, [("gradient", a.grad, e.grad, g) for a, e in zip(leaves, exact)])

    @staticmethod
    def warn(name, pairs):
        for what, actual, exact, tolerance in pairs:
            distance = deviation(actual, exact, **tolerance)
            if distance > 0.5:
                print(f"  {name}: {what} of PyTorch is {distance:.2g} tolerances from float64", file=sys.stderr)

    def refuse(self, op, *args, expected=None, note="", function=None, grad=False, accepted=False):
        """Records a call that PyTorch refuses (unless `accepted`) and Kindling must refuse with a message that holds `expected`."""
        function = op in FUNCTIONS and op not in METHODS if function is None else function
        call = (FUNCTIONS if function else METHODS)[op]
        inputs = []
        encoded = operands(list(args), inputs, lambda _, i: {"input": i})
        name = f"{op}({', '.join(brief(a) for a in args)}) is refused" + (f" {note}" if note else "")
        with suppress(RuntimeError, IndexError, TypeError, ValueError):
            evaluate(call, args, grad, name)
            if accepted:
                raise RuntimeError
            raise AssertionError(f"PyTorch accepts {name}")
        fields = {"op": op} | ({"function": True} if function else {})
        fields["inputs"] = [
            encode(i.tensor) | ({"requiresGrad": True} if grad and i.tensor.dtype.is_floating_point else {})
            | ({"view": i.view} if i.view else {})
            for i in inputs
        ]
        fields["args"] = encoded if function else encoded[1:]
        fields["error"] = expected or f"{op}: "
        return self.add(name, **fields)


def core_suite(name, **header):
    return OpSuite(name, CORE, **header)
