// Diabetes, wide and deep; then the homework: ten layers, and what becomes of the gradient on its way down.
import { manualSeed, nn, noGrad, scope, type Tensor } from '@kindling/core';
import { diabetes } from '@kindling/data';
import { bce, SGD } from '@kindling/train';

const data = await diabetes();
const [x, y] = data.tensors().tensors as [Tensor, Tensor];

function network(widths: readonly number[], activation: () => nn.Module): nn.Sequential {
  const layers = widths.slice(1).flatMap((width, i) => {
    const last = i === widths.length - 2;
    return [new nn.Linear(widths[i]!, width), last ? new nn.Sigmoid() : activation()];
  });
  return new nn.Sequential(...layers);
}

function train(name: string, model: nn.Sequential): void {
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const weights = model.namedParameters().filter(([parameter]) => parameter.endsWith('weight'));
  let norms: readonly string[] = [];
  for (let step = 0; step < 1000; step++) {
    scope(() => {
      const loss = bce(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      // Before training: once the loss has settled, gradients are the rounding of sums.
      if (step === 0) norms = weights.map(([, weight]) => weight.grad!.norm().item().toExponential(1));
      optimizer.step();
      if (step % 100 === 0) console.log(name, step, loss.item().toFixed(6));
    });
  }
  const accuracy = noGrad(() => model.forward(x).gt(0.5).float().eq(y).float().mean().item());
  console.log(name, 'accuracy', accuracy.toFixed(4));
  console.log(name, 'gradient norms of the first step, first layer to last:', norms.join('  '));
}

manualSeed(777);
train(
  '8-4-6-1 sigmoid',
  network([8, 4, 6, 1], () => new nn.Sigmoid()),
);

const deep = [8, 6, 6, 6, 6, 6, 6, 6, 6, 6, 1];
manualSeed(777);
train(
  'ten layers, sigmoid',
  network(deep, () => new nn.Sigmoid()),
);
manualSeed(777);
train(
  'ten layers, ReLU',
  network(deep, () => new nn.ReLU()),
);
