// XOR as the tutorial has it: the engine, and the loss before each thousandth step.
import { deviceReports, manualSeed, nn, ready, scope, tensor } from '@kindling/core';
import { bce, SGD } from '@kindling/train';

export async function xorLosses() {
  await ready();
  manualSeed(777);
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = tensor([[0], [1], [1], [0]]);
  const model = new nn.Sequential(
    new nn.Linear(2, 2),
    new nn.Sigmoid(),
    new nn.Linear(2, 1),
    new nn.Sigmoid(),
  );
  const optimizer = new SGD(model.parameters(), { lr: 1 });
  const losses = [];
  for (let step = 0; step <= 10_000; step++) {
    scope(() => {
      const loss = bce(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (step % 1000 === 0) losses.push(loss.item());
    });
  }
  const { engine } = deviceReports().find(({ device }) => device === 'cpu');
  return { engine, losses };
}
