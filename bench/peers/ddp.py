"""Processes of PyTorch on one machine, which share each batch. The first one starts the others and passes each request on."""
import os
import socket
import subprocess
import sys

import torch
import torch.distributed as dist


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Group:
    """size: number of processes. `RANK` and `MASTER_PORT` say which one this is, where it was started by the first."""

    def __init__(self, size):
        self.size = size
        self.rank = int(os.environ.get("RANK", 0))
        port = os.environ.get("MASTER_PORT") or str(free_port())
        self.others = [
            subprocess.Popen(
                [sys.executable, *sys.argv],
                env={**os.environ, "RANK": str(rank), "MASTER_PORT": port},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                text=True,
            )
            for rank in range(1, size if self.rank == 0 else 1)
        ]
        address = f"tcp://127.0.0.1:{port}"
        dist.init_process_group("gloo", init_method=address, rank=self.rank, world_size=size)

    def requests(self):
        for line in sys.stdin:
            for other in self.others:
                other.stdin.write(line)
                other.stdin.flush()
            yield line
        for other in self.others:
            other.stdin.close()

    def wrap(self, model):
        return torch.nn.parallel.DistributedDataParallel(model, gradient_as_bucket_view=True)

    def share(self, rows, batch):
        """The part of the first batch that is this process'."""
        own = batch // self.size
        return rows[self.rank * own : (self.rank + 1) * own]

    def mean(self, value):
        value = value.detach().clone()
        dist.all_reduce(value)
        return value / self.size
