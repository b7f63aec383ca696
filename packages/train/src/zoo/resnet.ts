import { ArgumentError, init, nn, type Tensor } from '@kindling/core';
import { assertWhole, checkOptions, describeValue } from '@kindling/core/internal';

const conv3x3 = (channels: number, out: number, stride = 1): nn.Conv2d =>
  new nn.Conv2d(channels, out, 3, { stride, padding: 1, bias: false });

/** relu(x′ + bn2(conv2(relu(bn1(conv1 x))))), where x′ is x, or goes through a strided convolution where the shape changes. */
class BasicBlock extends nn.Module {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential | undefined;

  constructor(channels: number, out: number, stride: number, downsample: nn.Sequential | undefined) {
    super();
    this.conv1 = conv3x3(channels, out, stride);
    this.bn1 = new nn.BatchNorm2d(out);
    this.conv2 = conv3x3(out, out);
    this.bn2 = new nn.BatchNorm2d(out);
    this.downsample = downsample;
  }

  forward(x: Tensor): Tensor {
    const hidden = this.bn1.forward(this.conv1.forward(x)).relu();
    const around = this.downsample?.forward(x) ?? x;
    return this.bn2.forward(this.conv2.forward(hidden)).add(around).relu();
  }
}

/** Blocks in each of the four stages. */
type Blocks = readonly [number, number, number, number];

export interface ResNetOptions {
  /** Number of classes. Default 1000. */
  readonly numClasses?: number | undefined;
  /** Channels of the first stage, which each stage doubles. Default 64. */
  readonly width?: number | undefined;
}

/**
 * A residual network of basic blocks for images in color, [N, 3, H, W], as `torchvision.models` builds it: a convolution of 7 × 7, max pooling,
 * four stages of blocks, the mean over all places, and a linear layer. Outputs are logits.
 *
 * Weights have torchvision's names (`layer1.0.conv1.weight`, `layer2.0.downsample.0.weight`, `fc.bias`) and draw their initial values as
 * there, so a file of its weights is loaded by name: `loadStateDict((await loadSafetensors('resnet18.safetensors')).tensors)`.
 *
 * @throws {ArgumentError} for anything but four numbers of blocks, and sizes that are no integers of at least 1.
 *
 * Source: He et al., https://arxiv.org/abs/1512.03385
 */
export class ResNet extends nn.Module {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly layer1: nn.Sequential;
  readonly layer2: nn.Sequential;
  readonly layer3: nn.Sequential;
  readonly layer4: nn.Sequential;
  readonly fc: nn.Linear;

  constructor(blocks: Blocks, options: ResNetOptions = {}) {
    super();
    const { numClasses = 1000, width = 64 } = checkOptions('ResNet', options, {
      numClasses: true,
      width: true,
    });
    assertWhole('ResNet', 'numClasses', numClasses, 1);
    assertWhole('ResNet', 'width', width, 1);
    if (!Array.isArray(blocks) || blocks.length !== 4) {
      throw new ArgumentError(`ResNet: expected four numbers of blocks, got ${describeValue(blocks)}`);
    }
    for (const [i, count] of (blocks as Blocks).entries()) assertWhole('ResNet', `blocks[${i}]`, count, 1);
    this.conv1 = new nn.Conv2d(3, width, 7, { stride: 2, padding: 3, bias: false });
    this.bn1 = new nn.BatchNorm2d(width);
    this.layer1 = stage(width, width, blocks[0], 1);
    this.layer2 = stage(width, 2 * width, blocks[1], 2);
    this.layer3 = stage(2 * width, 4 * width, blocks[2], 2);
    this.layer4 = stage(4 * width, 8 * width, blocks[3], 2);
    this.fc = new nn.Linear(8 * width, numClasses);
    for (const module of this.modules()) {
      if (module instanceof nn.Conv2d) {
        init.kaimingNormal(module.weight, { mode: 'fanOut', nonlinearity: 'relu' });
      }
    }
  }

  forward(x: Tensor): Tensor {
    const { maxPool2d } = nn.functional;
    const first = maxPool2d(this.bn1.forward(this.conv1.forward(x)).relu(), 3, { stride: 2, padding: 1 });
    const stages = [this.layer1, this.layer2, this.layer3, this.layer4];
    const features = stages.reduce((hidden, layer) => layer.forward(hidden), first);
    return this.fc.forward(nn.functional.adaptiveAvgPool2d(features, 1).flatten(1));
  }
}

/** Blocks of one size, of which the first may change it. */
function stage(channels: number, out: number, count: number, stride: number): nn.Sequential {
  const downsample =
    stride === 1 && channels === out
      ? undefined
      : new nn.Sequential(new nn.Conv2d(channels, out, 1, { stride, bias: false }), new nn.BatchNorm2d(out));
  return new nn.Sequential(
    ...Array.from({ length: count }, (_, i) =>
      i === 0 ? new BasicBlock(channels, out, stride, downsample) : new BasicBlock(out, out, 1, undefined),
    ),
  );
}

/** ResNet-18: two blocks in each stage, 11.7 million parameters. */
export const resnet18 = (options: ResNetOptions = {}): ResNet => new ResNet([2, 2, 2, 2], options);

/** ResNet-34: 3, 4, 6 and 3 blocks, 21.8 million parameters. */
export const resnet34 = (options: ResNetOptions = {}): ResNet => new ResNet([3, 4, 6, 3], options);
