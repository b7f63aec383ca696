import { nn, type Tensor } from '@kindling/core';

/** A generator of samples, and a discriminator that tells them from real ones. As a model it generates: `forward` takes noise. */
export class AdversarialPair extends nn.Module {
  readonly generator: nn.Sequential;
  readonly discriminator: nn.Sequential;

  constructor(generator: nn.Sequential, discriminator: nn.Sequential) {
    super();
    this.generator = generator;
    this.discriminator = discriminator;
  }

  /** The samples that the generator makes of noise. */
  forward(noise: Tensor): Tensor {
    return this.generator.forward(noise);
  }
}
