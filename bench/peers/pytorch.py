"""PyTorch as a peer, driven by the line protocol of src/process/protocol.ts.

Usage: python3 pytorch.py eager|compiled THREADS [contiguous|channels_last]
       python3 pytorch.py ddp PROCESSES

eager: the loop of the tutorials. compiled: forward, loss, gradients and the optimizer's update as one graph. ddp: the eager loop
in processes of one thread each, which share each batch. The last argument says how images lie in memory.
"""
import os
import sys

import protocol

mode, count = sys.argv[1], int(sys.argv[2])
layout = sys.argv[3] if len(sys.argv) > 3 else "contiguous"
torch = protocol.load("torch")

import numpy as np  # noqa: E402  (PyTorch has loaded it already)

import chapters_pytorch as chapters  # noqa: E402
from operands import arguments, convolution_operands, draw_seed, factors, first_values, read_array  # noqa: E402
from updates_pytorch import compiled_update, eager_update  # noqa: E402

nn = torch.nn

memory_format = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}[layout]


def cross_entropy(output, labels):
    """Over the positions of sequences, too."""
    return nn.functional.cross_entropy(output.flatten(0, -2), labels.flatten())


losses = {"mse": nn.functional.mse_loss, "bce": nn.functional.binary_cross_entropy, "crossEntropy": cross_entropy}
activations = {"leakyRelu": nn.LeakyReLU, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


def build(layers):
    modules, linear = [], 0
    for name, *sizes in layers:
        if name == "linear":
            module = nn.Linear(*sizes)
            with torch.no_grad():
                for parameter, values in zip(module.parameters(), first_values(*sizes, linear)):
                    parameter.copy_(torch.from_numpy(values))
            linear += 1
        else:
            module = {"layerNorm": nn.LayerNorm, **activations}[name](*sizes)
        modules.append(module)
    return nn.Sequential(*modules)


def batches(task, x, y):
    rows, size, feed = len(x), task["batch"], task["feed"]
    if feed == "fixed":
        first = x[:size], y[:size]
        while True:
            yield first
    elif feed == "rows":
        while True:
            for i in range(rows):
                yield x[i], y[i]
    elif feed == "loader":
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=size, shuffle=True)
        while True:
            yield from loader
    else:
        while True:
            order = torch.randperm(rows)
            for i in range(0, rows, size):
                index = order[i : i + size]
                yield x[index], y[index]


update_of = compiled_update if mode == "compiled" else eager_update


def whole(step):
    """The whole step in one graph, so that Python calls it once, where steps are compiled."""
    if mode != "compiled":
        return step
    torch._dynamo.reset()
    return torch.compile(step, dynamic=False, fullgraph=True)


def step_of(task):
    loss_fn = losses[task["loss"]]
    if task.get("program") == "gan-mnist":
        return chapters.adversarial_step(chapters.build(task), loss_fn, task["optimizer"], update_of, whole)
    if mode == "compiled":
        # The compiler's LSTM by oneDNN is for inference alone: it has no gradient. Its cache does not tell with from without.
        has_lstm = task.get("program") == "lstm"
        torch.backends.mkldnn.set_flags(not has_lstm)
        torch._functorch.config.enable_autograd_cache = not has_lstm
    model = chapters.build(task) if task["kind"] == "chapter" else build(task["layers"])
    model = model.to(memory_format=memory_format)
    if group:
        model = group.wrap(model)
    update = update_of(model.parameters(), task["optimizer"])

    def step(x, y):
        loss = loss_fn(model(x), y)
        update(loss)
        return loss.detach()

    return whole(step)


def prepare_training(task):
    x, y = (torch.from_numpy(read_array(task[name])) for name in ("input", "target"))
    if task["loss"] == "crossEntropy":
        y = y.long()
    if task.get("program") in chapters.of_indices:
        x = x.long()
    if x.dim() == 4:
        x = x.to(memory_format=memory_format)
    size, feed = task["batch"], task["feed"]
    if group:
        x, y, size = group.share(x, size), group.share(y, size), size // group.size
        task = {**task, "batch": size}
    reads_each = feed in ("loader", "gather")

    step = step_of(task)
    feeding = batches(task, x, y)

    def run(count):
        total = 0.0
        for _ in range(count):
            loss = step(*next(feeding))
            if reads_each:
                total += loss.item()
        return loss.item()

    first = (x[0], y[0]) if feed == "rows" else (x[:size], y[:size])

    def check():
        torch.manual_seed(draw_seed)
        checked = [step(*first) for _ in range(3)][-1]
        checked = (group.mean(checked) if group else checked).item()
        rest = len(x) % size
        if reads_each and rest > 0:
            step(x[:rest], y[:rest])  # compiled for the last batch of an epoch, too, before the clock runs
        return checked

    return run, check


def operation_of(task):
    match task["kind"]:
        case "product":
            a, b = (torch.from_numpy(values) for values in factors(task))
            a, b = a.t() if task.get("transposeA") else a, b.t() if task.get("transposeB") else b
            return lambda: a @ b
        case "pointwise":
            x, y = (torch.from_numpy(values) for values in arguments(task))
            function = getattr(torch, task["op"])
            operands = (x, y) if task["op"] == "add" else (x,)
            return lambda: function(*operands)
        case "softmax":
            (rows,) = (torch.from_numpy(values) for values in arguments(task))
            return lambda: torch.softmax(rows, 1)
    raise ValueError(f"PyTorch has no task of kind {task['kind']}")


def prepare_operation(task):
    operation = operation_of(task)

    def run(count):
        with torch.inference_mode():
            for _ in range(count):
                operation()

    return run, lambda: operation().double().square().mean().item()


def prepare_convolution(task):
    x, weight, upstream = (
        torch.from_numpy(values).to(memory_format=memory_format).requires_grad_()
        for values in convolution_operands(task)
    )
    convolved = lambda: nn.functional.conv2d(x, weight, padding="same")  # noqa: E731
    is_forward = task["pass"] == "forward"
    output = None if is_forward else convolved()

    def results():
        if is_forward:
            with torch.no_grad():
                return (convolved(),)
        return torch.autograd.grad(output, (x, weight), upstream, retain_graph=True)

    def run(count):
        for _ in range(count):
            results()

    return run, lambda: np.prod([result.double().square().mean().item() for result in results()]).item()


prepare_of = {"training": prepare_training, "chapter": prepare_training, "convolution": prepare_convolution}


def versions():
    return {
        "PyTorch": torch.__version__,
        "NumPy": np.__version__,
        "PyTorch CPU capability": torch.backends.cpu.get_cpu_capability()
        if hasattr(torch.backends, "cpu")
        else torch.__config__.show().split("CPU capability usage: ")[-1].split("\n")[0],
        "PyTorch BLAS": blas(),
    }


def blas():
    """What PyTorch was built with, or the file names of the BLAS libraries that are loaded: a build may name none."""
    if torch.backends.mkl.is_available():
        return "MKL"
    try:
        with open("/proc/self/maps") as maps:
            names = {os.path.basename(os.path.realpath(line.split()[-1])) for line in maps if "blas" in line}
        return ", ".join(sorted(names)) or "none found"
    except OSError:
        return "unknown"


if mode == "compiled":
    if not hasattr(torch._dynamo.config, "trace_autograd_ops"):
        raise RuntimeError(f"expected a PyTorch that compiles gradients, as 2.15 does, got {torch.__version__}")
    torch._dynamo.config.trace_autograd_ops = True
    torch._dynamo.config.allow_rnn = True  # recurrent layers are part of the graph, too
torch.set_num_threads(1 if mode == "ddp" else count)
group = None
if mode == "ddp":
    from ddp import Group

    group = Group(count)
protocol.serve(
    lambda task: prepare_of.get(task["kind"], prepare_operation)(task),
    versions,
    group.requests() if group else sys.stdin,
)
