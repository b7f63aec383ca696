// A generative adversarial network with a loop of its own, for tests that end it: gan.ts <folder> <steps>
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultGenerator, load, manualSeed, nn, ones, randn, save, zeros } from '@kindling/core';
import { Adam, bceWithLogits, createRun } from '@kindling/train';

const [folder = '', steps = ''] = process.argv.slice(2);
const checkpoint = join(folder, 'gan.state');

manualSeed(777);
const generator = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
const discriminator = new nn.Sequential(new nn.Linear(1, 8), new nn.LeakyReLU(0.2), new nn.Linear(8, 1));
const optimizers = {
  generator: new Adam(generator.parameters(), { lr: 1e-3, betas: [0.5, 0.999] }),
  discriminator: new Adam(discriminator.parameters(), { lr: 1e-3, betas: [0.5, 0.999] }),
};

interface Saved {
  readonly step: number;
  readonly models: readonly [
    Parameters<typeof generator.loadStateDict>[0],
    Parameters<typeof generator.loadStateDict>[0],
  ];
  readonly optimizers: readonly [Parameters<Adam['loadStateDict']>[0], Parameters<Adam['loadStateDict']>[0]];
  readonly random: Parameters<typeof defaultGenerator.setState>[0];
}

const run = await createRun({ name: 'gan', dir: join(folder, 'runs'), config: { lr: 1e-3 }, resume: true });
let first = 0;
if (existsSync(checkpoint)) {
  const saved = await load<Saved>(checkpoint);
  first = saved.step;
  generator.loadStateDict(saved.models[0]);
  discriminator.loadStateDict(saved.models[1]);
  optimizers.generator.loadStateDict(saved.optimizers[0]);
  optimizers.discriminator.loadStateDict(saved.optimizers[1]);
  defaultGenerator.setState(saved.random);
}

const rows = 16;
const [yes, no] = [ones([rows, 1]), zeros([rows, 1])];
for (let step = first; step < Number(steps) && !run.stopRequested; step++) {
  // What the program goes on from must not be newer than its log.
  if (step % 10 === 0) run.flush();
  if (step % 50 === 0) {
    await save(checkpoint, {
      step,
      models: [generator.stateDict(), discriminator.stateDict()],
      optimizers: [optimizers.generator.stateDict(), optimizers.discriminator.stateDict()],
      random: defaultGenerator.getState(),
    });
  }
  const real = randn([rows, 1]).mul(1.25).add(4);
  const fake = generator.forward(randn([rows, 2]));

  optimizers.discriminator.zeroGrad();
  const discriminatorLoss = bceWithLogits(discriminator.forward(real), yes).add(
    bceWithLogits(discriminator.forward(fake.detach()), no),
  );
  discriminatorLoss.backward();
  optimizers.discriminator.step();

  optimizers.generator.zeroGrad();
  const generatorLoss = bceWithLogits(discriminator.forward(fake), yes);
  generatorLoss.backward();
  optimizers.generator.step();

  run.log(step, { 'loss/generator': generatorLoss.item(), 'loss/discriminator': discriminatorLoss.item() });
}
run.finish();
