"""PyTorch as a peer, driven by the line protocol of src/process/protocol.ts.

Usage: python3 pytorch.py eager|compiled THREADS
       python3 pytorch.py ddp PROCESSES

eager: the loop of the tutorials. compiled: forward, loss, gradients and the optimizer's update as one graph. ddp: the eager loop
in processes of one thread each, which share each batch.
"""
import os
import sys

import protocol

mode, count = sys.argv[1], int(sys.argv[2])
torch = protocol.load("torch")

import numpy as np  # noqa: E402  (PyTorch has loaded it already)

from operands import arguments, factors, first_values, read_array  # noqa: E402

nn = torch.nn

losses = {"mse": nn.MSELoss, "bce": nn.BCELoss, "crossEntropy": nn.CrossEntropyLoss}
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


def eager_step(model, loss_fn, optimizer):
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer["type"]]
    optimizer = kind(model.parameters(), lr=optimizer["lr"])

    def step(x, y):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad(set_to_none=True)  # the faster of its two ways
        loss.backward()
        optimizer.step()
        return loss

    return step


def sgd(parameters, lr):
    def update(gradients):
        for p, g in zip(parameters, gradients):
            p.sub_(lr * g)

    return update


def adam(parameters, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    first, second = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    time = torch.zeros(())

    def update(gradients):
        time.add_(1)
        rate, scale = lr / (1 - beta1**time), 1 / (1 - beta2**time)
        for p, g, m, v in zip(parameters, gradients, first, second):
            m.lerp_(g, 1 - beta1)
            v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
            p.sub_(rate * m / ((v * scale).sqrt() + eps))

    return update


def compiled_step(model, loss_fn, optimizer):
    """The whole step in one graph, so that the compiler fuses the update, too, and Python calls it once. With `backward` and the
    classes of `torch.optim` a step is several calls, and each costs more than a small network."""
    parameters = list(model.parameters())
    update = {"sgd": sgd, "adam": adam}[optimizer["type"]](parameters, optimizer["lr"])

    def step(x, y):
        loss = loss_fn(model(x), y)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            update(gradients)
        return loss.detach()

    torch._dynamo.reset()
    return torch.compile(step, dynamic=False, fullgraph=True)


def prepare_training(task):
    x, y = (torch.from_numpy(read_array(task[name])) for name in ("input", "target"))
    if task["loss"] == "crossEntropy":
        y = y.long()
    model, size, feed = build(task["layers"]), task["batch"], task["feed"]
    if group:
        model, x, y, size = group.wrap(model), group.share(x, size), group.share(y, size), size // group.size
        task = {**task, "batch": size}
    reads_each = feed in ("loader", "gather")

    step_of = compiled_step if mode == "compiled" else eager_step
    step = step_of(model, losses[task["loss"]](), task["optimizer"])
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
torch.set_num_threads(1 if mode == "ddp" else count)
group = None
if mode == "ddp":
    from ddp import Group

    group = Group(count)
protocol.serve(
    lambda task: (prepare_training if task["kind"] == "training" else prepare_operation)(task),
    versions,
    group.requests() if group else sys.stdin,
)
