import { Generator, type nn } from '@kindling/core';
import { buildLoss } from '../experiment/build-loss.ts';
import { buildModel } from '../experiment/build-model.ts';
import { buildOptimizer } from '../experiment/build-optimizer.ts';
import type { Trained } from '../experiment/build-trained.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { Experiment } from '../experiment/experiment-schema.ts';
import { generatedProblem } from '../experiment/model-shape.ts';
import { ExperimentError } from '../experiment/problem.ts';
import type { AdversarialSettings, TrainingStepSettings } from '../experiment/training-step-schema.ts';
import { clipGradients } from '../trainer/clip-gradients.ts';
import { AdversarialPair } from './adversarial-pair.ts';
import { adversarialStep } from './adversarial-step.ts';
import { drawFrom } from './distributions.ts';
import type { TrainingStepName } from './training-step-descriptors.ts';

type BuildStep<N extends TrainingStepName> = (
  experiment: Experiment,
  settings: Extract<TrainingStepSettings, { type: N }>,
  data: ExperimentData,
  device: string,
) => Trained;

/** Makes what is trained and its step, by the names of `trainingStepDescriptors`. */
export const trainingSteps: { readonly [N in TrainingStepName]: BuildStep<N> } = {
  adversarial: (experiment, settings, data, device) => {
    const pair = buildPair(experiment, settings, data).to({ device });
    const { generator, discriminator } = pair;
    const { dtype, seed, clip } = experiment;
    const { noise, realNoise, updates, resample } = settings;
    const place = { device, dtype };
    const draw = (count: number, own?: Generator) =>
      drawFrom(noise.distribution, [count, ...noise.shape], { ...place, generator: own });
    const player = ({ loss, optimizer }: Pick<Experiment, 'loss' | 'optimizer'>, module: nn.Module) => ({
      loss: buildLoss(loss, device, dtype),
      optimizer: buildOptimizer(optimizer, module),
      clip: (own: nn.Module) => clipGradients(own, clip),
    });
    const first = player(experiment, generator);
    const second = player(settings.discriminator, discriminator);
    const trainingStep = adversarialStep({
      pair,
      generator: first,
      discriminator: second,
      noise: draw,
      real: (samples) =>
        realNoise === undefined ? samples : samples.add(drawFrom(realNoise, samples.shape, place)),
      isJoint: updates === 'joint',
      resample,
    });
    return {
      model: generator,
      options: { model: pair, optimizer: first.optimizer, otherOptimizers: [second.optimizer], trainingStep },
      // Of one value there is one sample.
      probe: (count) => draw(noise.distribution.type === 'constant' ? 1 : count, new Generator(seed)),
    };
  },
};

/** A pair of an experiment, whose models draw their initial weights in the order that it says. */
function buildPair(
  experiment: Experiment,
  { noise, discriminator, first }: AdversarialSettings,
  { inputShape }: Pick<ExperimentData, 'inputShape'>,
): AdversarialPair {
  const generate = () => buildModel(experiment, noise.shape);
  const judge = () =>
    buildModel({ ...experiment, model: discriminator.model }, inputShape, [
      'trainingStep',
      'discriminator',
      'model',
    ]).model;
  const early = first === 'discriminator' ? judge() : undefined;
  const { model: generator, outputShape } = generate();
  const problem = generatedProblem(outputShape, inputShape);
  if (problem !== undefined) {
    throw new ExperimentError({ origin: experiment.name, path: ['model'], message: problem });
  }
  return new AdversarialPair(generator, early ?? judge());
}
