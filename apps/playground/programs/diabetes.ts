// Diabetes, wide and deep; then the homework: ten layers, and what becomes of the gradient on its way down.
import { manualSeed, nn, noGrad, scope, type Tensor } from '@kindling/core';
import { diabetes } from '@kindling/data';
import { bce, createRun, SGD } from '@kindling/train';

const data = await diabetes();
const [x, y] = data.tensors().tensors as [Tensor, Tensor];

function network(widths: readonly number[], activation: () => nn.Module): nn.Sequential {
  const layers = widths.slice(1).flatMap((width, i) => {
    const isLast = i === widths.length - 2;
    return [new nn.Linear(widths[i]!, width), isLast ? new nn.Sigmoid() : activation()];
  });
  return new nn.Sequential(...layers);
}

async function train(name: string, model: nn.Sequential): Promise<void> {
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const run = await createRun({ name });
  for (let step = 0; step < 1000; step++) {
    scope(() => {
      const loss = bce(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      if (step % 10 === 0) run.log(step, { loss: loss.item() });
      if (step % 100 === 0) console.log(name, step, loss.item().toFixed(6));
    });
  }
  const accuracy = noGrad(() => model.forward(x).gt(0.5).float().eq(y).float().mean().item());
  console.log(name, 'accuracy', accuracy.toFixed(4));

  const weights = model.namedParameters().filter(([parameter]) => parameter.endsWith('weight'));
  const norms = weights.map(([parameter, { grad }]) => [parameter, grad!.norm().item()] as const);
  run.logGradientNorms(1000, Object.fromEntries(norms));
  run.finish();
  console.log(
    name,
    'gradient norms, first layer to last:',
    norms.map(([, norm]) => norm.toExponential(1)).join('  '),
  );
}

const deep = [8, 6, 6, 6, 6, 6, 6, 6, 6, 6, 1];
manualSeed(777);
await train(
  'three-sigmoid',
  network([8, 4, 6, 1], () => new nn.Sigmoid()),
);
manualSeed(777);
await train(
  'ten-sigmoid',
  network(deep, () => new nn.Sigmoid()),
);
manualSeed(777);
await train(
  'ten-relu',
  network(deep, () => new nn.ReLU()),
);
