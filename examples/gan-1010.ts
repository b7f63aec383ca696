// A generative adversarial pair learns the pattern high, low, high, low.
import { compile, manualSeed, nn, ones, rand, type Tensor, tensor, zeros } from '@kindling/core';
import { mse, SGD } from '@kindling/train';

manualSeed(777);
const discriminator = new nn.Sequential(
  new nn.Linear(4, 3),
  new nn.Sigmoid(),
  new nn.Linear(3, 1),
  new nn.Sigmoid(),
);
const generator = new nn.Sequential(
  new nn.Linear(1, 3),
  new nn.Sigmoid(),
  new nn.Linear(3, 4),
  new nn.Sigmoid(),
);
const ofDiscriminator = new SGD(discriminator.parameters(), { lr: 0.01 });
const ofGenerator = new SGD(generator.parameters(), { lr: 0.01 });
const low = tensor([0.8, 0, 0.8, 0]);
const range = tensor([1, 0.2, 1, 0.2]).sub(low);
const noise = tensor([0.5]);
const [yes, no] = [ones([1]), zeros([1])];

function update(optimizer: SGD, loss: Tensor): Tensor {
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.detach();
}

// The same operations in each step: a few are recorded, and the others are one call into the engine each.
const step = compile(() => {
  const real = low.add(range.mul(rand([4])));
  const onReal = update(ofDiscriminator, mse(discriminator.forward(real), yes));
  const fake = generator.forward(noise).detach();
  const onFake = update(ofDiscriminator, mse(discriminator.forward(fake), no));
  const fooled = update(ofGenerator, mse(discriminator.forward(generator.forward(noise)), yes));
  return { onReal, onFake, fooled };
});

for (let i = 0; i < 10_000; i++) {
  const losses = step();
  if (i % 1000 === 0 || i === 9999) {
    const row = Object.entries(losses).map(([name, loss]) => `${name} ${loss.item().toFixed(6)}`);
    console.log(i, row.join('  '));
  }
  for (const loss of Object.values(losses)) loss.dispose();
}
console.log('generated', generator.forward(noise).toArray());
