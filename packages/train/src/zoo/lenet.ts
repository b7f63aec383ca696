import { nn, type Tensor } from '@kindling/core';
import { assertWhole, checkOptions } from '@kindling/core/internal';

export interface LeNetOptions {
  /** Number of classes. Default 10. */
  readonly numClasses?: number | undefined;
}

/**
 * LeNet-5 for gray images of 28 × 28 pixels, [N, 1, 28, 28]: two convolutions of 5 × 5 with ReLU and max pooling, and three linear layers.
 * Outputs are logits.
 *
 * Weights have the names of PyTorch's tutorials: `conv1`, `conv2`, `fc1`, `fc2`, `fc3`.
 *
 * ```ts
 * const { tensors } = await loadSafetensors('lenet.safetensors');
 * new LeNet().loadStateDict(tensors);
 * ```
 *
 * @throws {ArgumentError} for a number of classes that is no integer of at least 1.
 *
 * Source: LeCun et al., Gradient-based learning applied to document recognition, 1998.
 */
export class LeNet extends nn.Module {
  readonly conv1 = new nn.Conv2d(1, 6, 5);
  readonly conv2 = new nn.Conv2d(6, 16, 5);
  readonly fc1 = new nn.Linear(256, 120);
  readonly fc2 = new nn.Linear(120, 84);
  readonly fc3: nn.Linear;

  constructor(options: LeNetOptions = {}) {
    super();
    const { numClasses = 10 } = checkOptions('LeNet', options, { numClasses: true });
    assertWhole('LeNet', 'numClasses', numClasses, 1);
    this.fc3 = new nn.Linear(84, numClasses);
  }

  forward(x: Tensor): Tensor {
    const { maxPool2d } = nn.functional;
    const first = maxPool2d(this.conv1.forward(x).relu(), 2);
    const second = maxPool2d(this.conv2.forward(first).relu(), 2).flatten(1);
    return this.fc3.forward(this.fc2.forward(this.fc1.forward(second).relu()).relu());
  }
}
