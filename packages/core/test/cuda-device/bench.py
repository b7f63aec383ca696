"""PyTorch's times for the workloads of bench.mjs: eager, and with the whole step captured in a CUDA graph."""

import json
import sys
import time

import torch
from torch import nn

quick = "--quick" in sys.argv
device = torch.device("cuda")


def show(**row):
    print(json.dumps({"peer": "pytorch", **row}), flush=True)


show(card=torch.cuda.get_device_name(), torch=torch.__version__, cuda=torch.version.cuda)


def measure(run, count, series=7):
    times = []
    for _ in range(series):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            run()
        torch.cuda.synchronize()
        times.append(1000 * (time.perf_counter() - start) / count)
    return min(times)


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
        show(name=name, mode=mode, ms=measure(run, 5 if quick else count))


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
        ms = measure(lambda: a @ b, 1 if quick else max(10, round(2e11 / n**3)), 5)
        show(name=f"gemm-{n}", mode=precision, ms=ms, tflops=2 * n**3 / ms / 1e9)
