// A generative adversarial pair draws digits: one image a step, in file order. Steps as the first argument, 60,000 unless given. Look at
// them with `kindling plot gan-digits --chart images-over-time` or `kindling board`.
import { Generator, manualSeed, nn, noGrad, ones, randn, scope, type Tensor, zeros } from '@kindling/core';
import { DataLoader, mnist } from '@kindling/data';
import { Adam, bce, createRun, RunLogger, Trainer } from '@kindling/train';

const maxSteps = Number(process.argv[2] ?? 60_000);
const images = (await mnist({ split: 'train' })).tensors();

manualSeed(777);
const discriminator = new nn.Sequential(
  new nn.Linear(784, 200),
  new nn.LeakyReLU(0.02),
  new nn.LayerNorm(200),
  new nn.Linear(200, 1),
  new nn.Sigmoid(),
);
const generator = new nn.Sequential(
  new nn.Linear(100, 200),
  new nn.LeakyReLU(0.02),
  new nn.LayerNorm(200),
  new nn.Linear(200, 784),
  new nn.Sigmoid(),
);
const ofDiscriminator = new Adam(discriminator.parameters(), { lr: 1e-4 });
const ofGenerator = new Adam(generator.parameters(), { lr: 1e-4 });
const [yes, no] = [ones([1, 1]), zeros([1, 1])];

function update(optimizer: Adam, loss: Tensor): Tensor {
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.detach();
}

const trainer = new Trainer({
  model: new nn.Sequential(generator, discriminator),
  loss: bce,
  optimizer: ofGenerator,
  otherOptimizers: [ofDiscriminator],
  trainingStep: (real) => {
    const onReal = update(ofDiscriminator, bce(discriminator.forward(real), yes));
    const fake = generator.forward(randn([1, 100])).detach();
    const onFake = update(ofDiscriminator, bce(discriminator.forward(fake), no));
    const loss = update(ofGenerator, bce(discriminator.forward(generator.forward(randn([1, 100]))), yes));
    return { loss, 'discriminator/real': onReal, 'discriminator/fake': onFake };
  },
});

const run = await createRun({ name: 'gan-digits', config: { maxSteps } });
const noise = randn([32, 100], { generator: new Generator(1) });
const interval = Math.max(1, Math.ceil(maxSteps / 20));
function draw(step: number): void {
  scope(() => {
    const drawn = noGrad(() => generator.forward(noise)).reshape([-1, 28, 28]);
    run.logImages(step, { images: drawn, name: 'generated' });
  });
}

// A loader with a generator of its own takes nothing from the one that noise is drawn from.
const batches = new DataLoader(images, { batchSize: 1, generator: new Generator(0) });
await trainer.fit(batches, {
  epochs: Math.ceil(maxSteps / images.length),
  maxSteps,
  callbacks: [
    { name: 'draw', interval, onTrainBatchEnd: (_, { step }) => draw(step) },
    new RunLogger(run, { logEvery: 100 }),
  ],
});
console.log(`${trainer.step} steps; the run is in ${run.path}`);
