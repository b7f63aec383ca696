"""Small programs of several operations: their gradients, and the gradients of their gradients.

A program is a list of [name, op, ...arguments]; "$name" stands for an earlier value, "$0", "$1"… for the
inputs. The last value is the output. `second` holds the gradients of Σ ⟨∂output/∂input, direction⟩, where the first
gradients were taken with createGraph.
"""
import torch

from .case import core_suite
from .fixture import encode, upstream, values
from .ops import FUNCTIONS, METHODS


def resolve(value, env):
    if isinstance(value, str) and value.startswith("$"):
        return env[value[1:]]
    if isinstance(value, list):
        return [resolve(v, env) for v in value]
    return {k: resolve(v, env) for k, v in value.items()} if isinstance(value, dict) else value


def run(program, leaves):
    env = {str(i): leaf for i, leaf in enumerate(leaves)}
    for name, op, *args in program:
        result = (METHODS.get(op) or FUNCTIONS[op])(*(resolve(a, env) for a in args))
        env[name] = result
    return result


def record(suite, name, inputs, program, second=True, tolerance=None):
    """Records a program; with `second`, its second derivatives too. Integer and bool inputs are constants."""
    leaves = [x.clone().requires_grad_(x.dtype.is_floating_point) for x in inputs]
    active = [x for x in leaves if x.requires_grad]
    output = run(program, leaves)
    direction = upstream(output, name)
    gradients = torch.autograd.grad(output, active, direction, create_graph=True, allow_unused=True)

    def per_input(found):
        found = iter(found)
        return [encode(next(found)) if x.requires_grad else None for x in leaves]

    fields = {
        "inputs": [encode(x) | ({"requiresGrad": True} if x.requires_grad else {}) for x in leaves],
        "program": program, "output": encode(output), "gradOutput": encode(direction), "gradients": per_input(gradients),
    }
    if second:
        directions = [None if g is None else upstream(g, f"{name}/{i}") for i, g in enumerate(gradients)]
        inner = sum((g * d).sum() for g, d in zip(gradients, directions) if g is not None and g.requires_grad)
        again = torch.autograd.grad(inner, active, allow_unused=True)
        fields["second"] = {"directions": per_input(directions), "gradients": per_input(again)}
    # A derivative of second order adds several terms of alternating sign.
    suite.add(name, **fields, tolerance=tolerance or {"rtol": 1e-5, "atol": 2e-6})


ONE_INPUT = ["exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "square", "reciprocal", "sin", "cos", "tanh", "sigmoid", "erf",
             "relu", "silu", "softplus", "gelu", "abs", "neg", "cumsum"]


def squared(op, *args):
    """A program of one operation, and a square that gives linear operations a second derivative."""
    return [["u", op, *args], ["y", "square", "$u"]]


def second_order(suite):
    for name in ONE_INPUT:
        args = ["$0", 1] if name == "cumsum" else ["$0"]
        x = values(2, 3, low=0.3 if name in {"log", "sqrt", "rsqrt"} else -0.9, seed=name)
        record(suite, f"second order of {name}", [x], [["y", name, *args]],
               second=name not in {"neg", "abs", "relu", "cumsum"})
        if name != "sqrt":  # √x squared is x: nothing but rounding noise is left of its second derivative
            record(suite, f"second order of {name} squared", [x], squared(name, *args))
    x = values(2, 3)
    record(suite, "second order of gelu tanh", [x], [["y", "gelu", "$0", {"approximate": "tanh"}]])
    record(suite, "second order of elu", [x], [["y", "elu", "$0", 1.5]])
    record(suite, "second order of leakyRelu squared", [x], squared("leakyRelu", "$0", 0.1))
    record(suite, "second order of clamp squared", [x], squared("clamp", "$0", -1, 1))
    for p in (2, 3, -1, 0.5, 2.5):
        record(suite, f"second order of pow {p}", [values(2, 3, low=0.3, high=2)], [["y", "pow", "$0", p]])
    pair = [values(2, 3, low=0.5, high=2), values(3, low=0.5, high=2, seed=1)]
    for name in ("mul", "div", "pow"):
        record(suite, f"second order of {name} with broadcasting", pair, [["y", name, "$0", "$1"]])
    for name in ("maximum", "minimum", "add", "sub"):
        record(suite, f"second order of {name} squared", pair, squared(name, "$0", "$1"))
    for name, *args in [("sum", 1), ("mean", 0, {"keepdim": True}), ("prod", 1), ("var", 1), ("std", 0), ("logsumexp", 1), ("norm", 2, 1),
                        ("norm", 3), ("softmax", 1), ("logSoftmax", 0), ("layerNorm", [3])]:
        # PyTorch's own first gradient of layerNorm is 6e-7 from the exact one here.
        tolerance = {"rtol": 1e-5, "atol": 4e-6} if name == "layerNorm" else None
        record(suite, f"second order of {name} {args} squared", [values(2, 3)], squared(name, "$0", *args), tolerance=tolerance)
    record(suite, "second order of layerNorm with weights", [values(3, 4), values(4, seed=1), values(4, seed=2)],
           [["y", "layerNorm", "$0", [4], "$1", "$2"]])
    record(suite, "second order of batchNorm", [values(4, 2), values(2, seed=1), values(2, seed=2)],
           [["y", "batchNorm", "$0", {"weight": "$1", "bias": "$2", "training": True}]])
    for a, b in [((2, 3), (3, 2)), ((3,), (3,)), ((2, 3), (3,)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (2, 3, 1))]:
        record(suite, f"second order of matmul {list(a)} {list(b)}", [values(*a), values(*b, seed=1)],
               [["y", "matmul", "$0", "$1"]])
    for name, *args in [("reshape", 6), ("transpose", 0, 1), ("slice", 1, 0, None, 2), ("flip", 0), ("pad", [1, 1]),
                        ("repeat", 2, 1), ("expand", 2, 2, 3), ("tril",), ("select", 1, 0)]:
        record(suite, f"second order of {name} squared", [values(2, 3)], squared(name, "$0", *args))
    index = torch.tensor([1, 0, 1], dtype=torch.int32)
    record(suite, "second order of indexSelect squared", [values(2, 3), index], squared("indexSelect", "$0", 0, "$1"))
    record(suite, "second order of embedding squared", [values(2, 3), index], squared("embedding", "$0", "$1"))
    record(suite, "second order of gather squared", [values(2, 3), index.reshape(1, 3)],
           squared("gather", "$0", 0, "$1"))
    record(suite, "second order of scatterAdd squared", [values(3), index, values(3, seed=1)],
           squared("scatterAdd", "$0", 0, "$1", "$2"))
    record(suite, "second order of cat squared", [values(2, 3), values(1, 3, seed=1)], squared("cat", ["$0", "$1"], 0))
    record(suite, "second order of stack product", [values(3), values(3, seed=1)],
           [["u", "stack", ["$0", "$1"]], ["y", "prod", "$u", 0]])
    record(suite, "second order of where squared", [torch.tensor([True, False, True]), values(3), values(3, seed=1)],
           [["a", "square", "$1"], ["b", "mul", "$1", "$2"], ["y", "where", "$a", "$0", "$b"]])


def composed(suite):
    record(suite, "the tutorial's cubic", [torch.tensor(3.5)],
           [["a", "sub", "$0", 1], ["b", "sub", "$0", 2], ["c", "sub", "$0", 3], ["d", "mul", "$a", "$b"],
            ["y", "mul", "$d", "$c"]])
    record(suite, "the tutorial's two levels", [torch.tensor(2.0), torch.tensor(1.0)],
           [["a2", "mul", "$0", 2], ["b3", "mul", "$1", 3], ["u", "add", "$a2", "$b3"], ["aa", "square", "$0"],
            ["aa5", "mul", "$aa", 5], ["bbb", "pow", "$1", 3], ["bbb3", "mul", "$bbb", 3], ["v", "add", "$aa5", "$bbb3"], ["u2", "mul", "$u", 2],
            ["v3", "mul", "$v", 3], ["y", "add", "$u2", "$v3"]])
    record(suite, "a value used three times", [values(3)], [["a", "mul", "$0", "$0"], ["y", "mul", "$a", "$0"]])
    record(suite, "a value reached by two paths", [values(2, 3)],
           [["a", "tanh", "$0"], ["b", "sigmoid", "$0"], ["c", "mul", "$a", "$b"], ["y", "add", "$c", "$0"]])
    record(suite, "a detached factor", [values(3)], [["d", "detach", "$0"], ["y", "mul", "$0", "$d"]], second=False)
    layer = [values(4, 3), values(3, 5, seed="w1"), values(5, seed="b1"), values(5, 2, seed="w2")]
    for activation in ("tanh", "relu", "sigmoid", "gelu", "silu"):
        record(suite, f"two layers with {activation}", layer,
               [["a", "matmul", "$0", "$1"], ["b", "add", "$a", "$2"], ["h", activation, "$b"], ["y", "matmul", "$h", "$3"]])
    record(suite, "attention", [values(3, 4), values(3, 4, seed=1), values(3, 2, seed=2)],
           [["kt", "t", "$1"], ["s", "matmul", "$0", "$kt"], ["d", "div", "$s", 2], ["p", "softmax", "$d", -1],
            ["y", "matmul", "$p", "$2"]])
    record(suite, "cross-entropy by hand", [values(3, 4), torch.tensor([[1], [0], [3]], dtype=torch.int32)],
           [["l", "logSoftmax", "$0", 1], ["g", "gather", "$l", 1, "$1"], ["m", "mean", "$g"], ["y", "neg", "$m"]])
    record(suite, "a gradient norm of a mean square", [values(4, 2), values(2, 1, seed=1)],
           [["p", "matmul", "$0", "$1"], ["s", "square", "$p"], ["y", "mean", "$s"]])
    record(suite, "a write in place, then a product", [values(2, 3)],
           [["c", "clone", "$0"], ["d", "mul_", "$c", 3], ["y", "mul", "$d", "$0"]])
    record(suite, "a sum in place of two inputs", [values(2, 3), values(3, seed=1)],
           [["c", "clone", "$0"], ["d", "add_", "$c", "$1"], ["y", "square", "$d"]])
    record(suite, "a write into a column of a copy", [values(2, 3), values(2, seed=1)],
           [["c", "mul", "$0", 2], ["v", "select", "$c", 1, 1], ["w", "copy_", "$v", "$1"], ["y", "square", "$c"]])
    record(suite, "zeros written into a slice of a copy", [values(2, 3)],
           [["c", "mul", "$0", 2], ["v", "slice", "$c", 1, 1], ["w", "zero_", "$v"], ["y", "square", "$c"]])
    record(suite, "an input without influence", [values(3), values(3, seed=1)], [["y", "square", "$0"]])
    record(suite, "a chain of forty products", [torch.tensor(1.05)],
           [[f"v{i}", "mul", "$0" if i == 0 else f"$v{i - 1}", "$0"] for i in range(40)])
    record(suite, "float64 throughout", [values(2, 3, dtype=torch.float64), values(3, dtype=torch.float64, seed=1)],
           [["a", "mul", "$0", "$1"], ["b", "exp", "$a"], ["c", "sum", "$b", 1], ["y", "log", "$c"]],
           tolerance={"rtol": 1e-13, "atol": 1e-14})


def generate():
    suite = core_suite("autograd")
    second_order(suite)
    composed(suite)
    return suite
