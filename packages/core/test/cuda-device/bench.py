"""PyTorch's times for the workloads of bench.mjs: eager, and with the whole step captured in a CUDA graph."""

import json
import sys
import time

import torch
from torch import nn

quick = "--quick" in sys.argv
device = torch.device("cuda")


def show(**row):
    print(json.dumps(row), flush=True)


show(versions={"PyTorch": torch.__version__, "CUDA of PyTorch": torch.version.cuda})


def report(workload, mode, unit, values):
    """A row of the results: median, least and most of the values."""
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    show(workload=workload, implementation=f"PyTorch {mode}", unit=unit, median=middle, min=ordered[0], max=ordered[-1], runs=len(ordered))


def measure(run, count, series=7):
    times = []
    for _ in range(series):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            run()
        torch.cuda.synchronize()
        times.append(1000 * (time.perf_counter() - start) / count)
    return times


def workload(name, layers, batch, optimizer, loss, target, count):
    for mode, options in [("eager", {}), ("eager, fused optimizer", {"fused": True}), ("graph", {"fused": True, "capturable": True})]:
        torch.manual_seed(1)
        model = nn.Sequential(*layers()).to(device)
        x = torch.rand(batch, model[0].in_features, device=device)
        y = target()
        kept = {key: value for key, value in options.items() if key != "capturable" or optimizer is torch.optim.Adam}
        optimize = optimizer(model.parameters(), **kept)

        def step():
            optimize.zero_grad(set_to_none=True)
            value = loss(model(x), y)
            value.backward()
            optimize.step()

        if mode == "graph":
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(5):
                    step()
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                step()
            run = graph.replay
        else:
            run = step
        for _ in range(20):
            run()
        report(name, mode, "ms/step", measure(run, 5 if quick else count))


def sgd(lr):
    def make(parameters, **options):
        return torch.optim.SGD(parameters, lr=lr, **options)

    return make


def classes(rows):
    return lambda: torch.randint(0, 10, (rows,), device=device)


workload("mnist", lambda: [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10)], 256, torch.optim.Adam, nn.CrossEntropyLoss(), classes(256), 300)
workload("mlp-1024", lambda: [nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)], 1024, torch.optim.Adam, nn.CrossEntropyLoss(), classes(1024), 100)
workload("xor", lambda: [nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid()], 4, sgd(1.0), nn.BCELoss(), lambda: torch.tensor([[0.0], [1.0], [1.0], [0.0]], device=device), 300)
workload("mnist-single", lambda: [nn.Linear(784, 200), nn.Sigmoid(), nn.Linear(200, 10), nn.Sigmoid()], 1, sgd(0.01), nn.MSELoss(), lambda: torch.rand(1, 10, device=device), 300)

for precision in ["highest", "high"]:
    torch.set_float32_matmul_precision(precision)
    for n in [64] if quick else [256, 512, 1024, 2048, 4096]:
        a, b = torch.rand(n, n, device=device), torch.rand(n, n, device=device)
        for _ in range(3):
            a @ b
        times = measure(lambda: a @ b, 1 if quick else max(10, round(2e11 / n**3)), 5)
        mode = "TF32" if precision == "high" else "float32"
        report(f"matmul-{n}", mode, "TFLOP/s", [2 * n**3 / ms / 1e9 for ms in times])
