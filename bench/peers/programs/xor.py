"""The program of `kindling train xor` in PyTorch: the loss each 100 steps, the accuracy at the end, the weights saved."""
import torch
from torch import nn

torch.manual_seed(777)
x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
model = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1), nn.Sigmoid())
loss_fn = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1)

for step in range(10_001):
    optimizer.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        print(step, loss.item())

with torch.no_grad():
    print("accuracy", ((model(x) > 0.5) == y).float().mean().item())
torch.save(model.state_dict(), "xor.pt")
