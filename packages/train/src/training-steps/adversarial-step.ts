import { type nn, noGrad, onesLike, type Tensor, zerosLike } from '@kindling/core';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { StepResult } from '../trainer/training-step.ts';
import type { AdversarialPair } from './adversarial-pair.ts';

type Loss = (output: Tensor, target: Tensor) => Tensor;

/** One of a pair in training: its loss, what updates it, and what bounds its gradients before that. */
export interface Player {
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly clip: (module: nn.Module) => void;
}

export interface AdversarialStepOptions {
  readonly pair: AdversarialPair;
  readonly generator: Player;
  readonly discriminator: Player;
  /** Draws the noise of so many samples. */
  readonly noise: (count: number) => Tensor;
  /** What the discriminator sees of real samples. */
  readonly real: (samples: Tensor) => Tensor;
  /** Whether the discriminator is updated once in a step, by the sum of its losses. */
  readonly isJoint: boolean;
  /** Whether the generator is updated by samples of its own. */
  readonly resample: boolean;
}

/**
 * A step of an adversarial pair by real samples x and noise z: the discriminator D learns to give 1 for x and 0 for G(z), then the
 * generator G to get 1 for G(z). The loss is the generator's; the discriminator's are metrics.
 *
 * Source: Goodfellow et al., https://arxiv.org/abs/1406.2661, with the loss of the generator that does not saturate.
 */
export function adversarialStep(options: AdversarialStepOptions): (samples: Tensor) => StepResult {
  const { pair, noise, real, isJoint, resample } = options;
  const { generator, discriminator } = pair;

  const judged = (samples: Tensor, target: (output: Tensor) => Tensor, loss: Loss): Tensor => {
    const output = discriminator.forward(samples);
    return loss(output, target(output));
  };
  const update = (module: nn.Module, { optimizer, clip }: Player, loss: Tensor): void => {
    optimizer.zeroGrad();
    // The other one's parameters, which the loss depends on as well, get no gradients.
    const inputs = optimizer.paramGroups.flatMap(({ params }) => params);
    loss.backward({ inputs: inputs.filter(({ requiresGrad }) => requiresGrad) });
    clip(module);
    optimizer.step();
  };
  const updateDiscriminator = (loss: Tensor): void => update(discriminator, options.discriminator, loss);

  return (samples) => {
    const count = samples.shape[0]!;
    const { loss } = options.discriminator;
    const generated = (): Tensor => generator.forward(noise(count));
    const unshown = (): Tensor => (resample ? noGrad(generated) : generated());
    let fake = isJoint ? unshown() : undefined;
    const onReal = judged(real(samples), onesLike, loss);
    if (!isJoint) updateDiscriminator(onReal);
    fake ??= unshown();
    const onFake = judged(fake.detach(), zerosLike, loss);
    updateDiscriminator(isJoint ? onReal.add(onFake) : onFake);
    const shown = resample ? generated() : fake;
    const fooled = judged(shown, onesLike, options.generator.loss);
    update(generator, options.generator, fooled);
    return { loss: fooled, 'discriminator/real': onReal, 'discriminator/fake': onFake };
  };
}
