"""Ten steps of plain gradient descent, parameter by parameter: losses, the state afterwards, and the output in evaluation."""
import torch
from torch import nn

from .case import core_suite
from .fixture import encode, values
from .layers import state


class Residual(nn.Module):
    """Modules in a list, and a parameter beside modules."""

    def __init__(self):
        super().__init__()
        self.in_proj = nn.Linear(3, 4)
        self.blocks = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4, bias=False)])
        self.scale = nn.Parameter(torch.full((4,), 0.5))
        self.norm = nn.LayerNorm(4)
        self.out_proj = nn.Linear(4, 1)

    def forward(self, x):
        hidden = torch.tanh(self.in_proj(x))
        for block in self.blocks:
            hidden = hidden + self.norm(torch.relu(block(hidden))) * self.scale
        return self.out_proj(hidden)


MODELS = {
    "mlp": lambda: nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1)),
    "batch norm and dropout": lambda: nn.Sequential(
        nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.25), nn.Linear(8, 1)),
    "cumulative batch norm": lambda: nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, momentum=None), nn.SiLU(), nn.Linear(4, 1)),
    "residual": Residual,
}


def generate():
    suite = core_suite("training")
    x = values(12, 3)
    y = values(12, 1, seed=1)
    for name, build in MODELS.items():
        torch.manual_seed(777)
        model = build()
        losses = []
        for _ in range(10):
            loss = ((model(x) - y) ** 2).mean()
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter -= 0.1 * parameter.grad
            losses.append(loss.item())
        suite.add(name, seed=777, lr=0.1, x=encode(x), y=encode(y), losses=losses, state=state(model),
                  evaluation=encode(model.eval()(x)))
    return suite
