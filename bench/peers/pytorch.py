"""PyTorch as a peer: driven by the line protocol of src/process/protocol.ts.

Usage: python3 pytorch.py THREADS. The threads of OpenBLAS are its own: OPENBLAS_NUM_THREADS.
"""
import json
import os
import resource
import sys
import time

answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints must not get between the answers


def write(reply):
    answers.write(json.dumps(reply) + "\n")
    answers.flush()


start = time.perf_counter()
try:
    import torch
except ImportError as error:
    write({"id": 0, "error": str(error)})
    sys.exit(0)
import_seconds = time.perf_counter() - start

import numpy as np  # noqa: E402  (PyTorch has loaded it already)

nn = torch.nn


def noise(count, seed):
    """Numbers in [0, 1), as src/data/noise.ts makes them."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x7FEB352D)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x846CA68B)
    h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float32) / np.float32(2**24)


def signed_noise(shape, seed, scale=1.0):
    values = (2.0 * noise(int(np.prod(shape)), seed).astype(np.float64) - 1) * scale
    return torch.from_numpy(values.astype(np.float32)).reshape(shape)


def read_array(file):
    values = np.fromfile(file["path"], dtype=file["type"]).astype(np.float32) / np.float32(file["divisor"])
    return torch.from_numpy(values).reshape(file["shape"])


def build(layers):
    modules, linear = [], 0
    for name, *sizes in layers:
        if name == "linear":
            inputs, outputs = sizes
            module = nn.Linear(inputs, outputs)
            with torch.no_grad():
                module.weight.copy_(signed_noise((outputs, inputs), 2 * linear, inputs**-0.5))
                module.bias.copy_(signed_noise((outputs,), 2 * linear + 1, inputs**-0.5))
            linear += 1
        else:
            module = {"layerNorm": nn.LayerNorm, "leakyRelu": nn.LeakyReLU, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}[name](*sizes)
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


def prepare_training(task):
    model = build(task["layers"])
    loss_fn = {"mse": nn.MSELoss, "bce": nn.BCELoss, "crossEntropy": nn.CrossEntropyLoss}[task["loss"]]()
    optimizer_class = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[task["optimizer"]["type"]]
    optimizer = optimizer_class(model.parameters(), lr=task["optimizer"]["lr"])
    x, y = read_array(task["input"]), read_array(task["target"])
    if task["loss"] == "crossEntropy":
        y = y.long()
    feed = batches(task, x, y)
    reads_each = task["feed"] in ("loader", "gather")

    def step(x, y):
        loss = loss_fn(model(x), y)
        optimizer.zero_grad(set_to_none=True)  # the faster of its two ways
        loss.backward()
        optimizer.step()
        return loss

    def run(count):
        total = 0.0
        for _ in range(count):
            loss = step(*next(feed))
            if reads_each:
                total += loss.item()
        return loss.item()

    first = (x[0], y[0]) if task["feed"] == "rows" else (x[: task["batch"]], y[: task["batch"]])
    return run, lambda: [step(*first).item() for _ in range(3)][-1]


def prepare_operation(task):
    kind = task["kind"]
    if kind == "product":
        m, k, n = task["m"], task["k"], task["n"]
        a = signed_noise((k, m), 201).t() if task.get("transposeA") else signed_noise((m, k), 201)
        b = signed_noise((n, k), 202).t() if task.get("transposeB") else signed_noise((k, n), 202)
        operation = lambda: a @ b  # noqa: E731
    elif kind == "pointwise":
        x, y = (signed_noise((task["size"],), seed, 4) for seed in (301, 302))
        function = {"add": torch.add, "relu": torch.relu, "exp": torch.exp, "tanh": torch.tanh, "sigmoid": torch.sigmoid}[task["op"]]
        operands = (x, y) if task["op"] == "add" else (x,)
        operation = lambda: function(*operands)  # noqa: E731
    elif kind == "softmax":
        rows = signed_noise((task["rows"], task["columns"]), 301, 4)
        operation = lambda: torch.softmax(rows, 1)  # noqa: E731
    else:
        raise ValueError(f"PyTorch has no task of kind {kind}")

    def run(count):
        with torch.inference_mode():
            for _ in range(count):
                operation()

    return run, lambda: operation().double().square().mean().item()


def timed(run, count):
    start = time.perf_counter()
    run(count)
    return time.perf_counter() - start


def versions():
    return {
        "PyTorch": torch.__version__,
        "NumPy": np.__version__,
        "Python": sys.version.split()[0],
        "PyTorch CPU capability": torch.backends.cpu.get_cpu_capability()
        if hasattr(torch.backends, "cpu")
        else torch.__config__.show().split("CPU capability usage: ")[-1].split("\n")[0],
        "PyTorch BLAS": blas(),
    }


def blas():
    """File names of the BLAS libraries that are loaded: PyTorch's own build information may name none."""
    try:
        with open("/proc/self/maps") as maps:
            names = {os.path.basename(os.path.realpath(line.split()[-1])) for line in maps if "blas" in line or "mkl" in line}
        return ", ".join(sorted(names)) or "none found"
    except OSError:
        return "unknown"


def peak_bytes():
    try:  # getrusage begins with the peak of the process that started this one
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    run = check = None

    def respond(request):
        nonlocal run, check
        if request["op"] == "prepare":
            run = check = None
            task = request["task"]
            run, check = prepare_training(task) if task["kind"] == "training" else prepare_operation(task)
            return {}
        if request["op"] == "check":
            return {"check": check()}
        if request["op"] == "step":
            return {"seconds": timed(run, request["count"])}
        if request["op"] == "release":
            run = check = None
            return {}
        if request["op"] == "versions":
            return versions()
        if request["op"] == "memory":
            return {"bytes": peak_bytes()}
        raise ValueError(f"expected a request, got {request['op']}")

    write({"id": 0, "answer": {"ready": import_seconds}})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            write({"id": request["id"], "answer": respond(request)})
        except Exception as error:  # told to the driver, which leaves this task out
            write({"id": request["id"], "error": f"{type(error).__name__}: {error}"})


main()
