import { assertBoolean, assertTensor, shapeArgument } from '../arguments.ts';
import { empty, zeros } from '../create.ts';
import { ArgumentError, formatShape, ShapeError } from '../errors.ts';
import { numel } from '../shape.ts';
import { type PerAxis, perAxis } from '../spatial.ts';
import type { Tensor } from '../tensor.ts';
import { assertGroups } from './functional/convolution-operands.ts';
import * as init from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonTuple } from './python-text.ts';

/** What all modules of convolution are made from, once options have their defaults. */
export interface ConvolutionSettings {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: PerAxis;
  readonly stride: PerAxis;
  readonly padding: PerAxis | 'same' | 'valid';
  readonly dilation: PerAxis;
  readonly groups: number;
  readonly bias: boolean;
}

/** Draws from ±1/√fan; zeros where there is nothing to add up. */
function initialBias(channels: number, fanIn: number): Tensor {
  if (fanIn === 0) return zeros([channels]);
  return init.uniform(empty([channels]), -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
}

/** What modules of convolution have in common: sizes, a weight and a bias, and their initial values. */
export abstract class ConvolutionModule<I extends readonly unknown[] = [input: Tensor]> extends Module<I> {
  readonly inChannels: number;
  readonly outChannels: number;
  /** A number for each spatial axis, as `stride`, `padding` and `dilation`. */
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /** @param axes number of spatial axes. */
  constructor(name: string, axes: number, settings: ConvolutionSettings, transposed: boolean) {
    super();
    const { inChannels, outChannels, groups, padding, bias } = settings;
    const along = (what: 'kernelSize' | 'stride' | 'dilation', least: number): number[] =>
      perAxis(name, what, settings[what], axes, least);
    shapeArgument(name, [inChannels, outChannels]);
    assertGroups(name, groups);
    assertBoolean(name, 'bias', bias);
    for (const [what, channels] of Object.entries({ inChannels, outChannels })) {
      if (channels % groups === 0) continue;
      throw new ArgumentError(
        `${name}: expected ${what} to be a multiple of groups=${groups}, got ${channels}`,
      );
    }
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = along('kernelSize', 1);
    this.stride = along('stride', 1);
    this.padding = typeof padding === 'string' ? padding : perAxis(name, 'padding', padding, axes, 0);
    this.dilation = along('dilation', 1);
    this.groups = groups;
    const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
    const shape = [first, second / groups, ...this.kernelSize];
    const isEmpty = numel(shape) === 0;
    this.weight = new Parameter(
      isEmpty ? empty(shape) : init.kaimingUniform(empty(shape), { a: Math.sqrt(5) }),
    );
    const fanIn = numel(shape.slice(1));
    this.bias = bias ? new Parameter(initialBias(outChannels, fanIn)) : undefined;
  }

  /** @throws {ShapeError} unless the input is [N, inChannels, L] or [inChannels, L], with 2 spatial axes H, W in the place of L. */
  protected assertInput(name: string, x: Tensor): void {
    assertTensor(name, 'the input', x);
    const axes = this.kernelSize.length;
    const extra = x.ndim - axes;
    if ((extra === 1 || extra === 2) && x.shape.at(-1 - axes) === this.inChannels) return;
    const sizes = [this.inChannels, axes === 1 ? 'L' : 'H, W'].join(', ');
    throw new ShapeError(
      `${name}: expected an input of shape [N, ${sizes}] or [${sizes}], got ${formatShape(x.shape)}`,
    );
  }

  /** The lines of PyTorch's text that both forms of convolution have; `more` stands between dilation and groups. */
  protected describeSettings(more = ''): string {
    const { padding, dilation, groups, bias } = this;
    const isPadded = typeof padding === 'string' || padding.some((size) => size !== 0);
    return [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${pythonTuple(this.kernelSize)}, stride=${pythonTuple(this.stride)}`,
      isPadded && `padding=${typeof padding === 'string' ? padding : pythonTuple(padding)}`,
      dilation.some((distance) => distance !== 1) && `dilation=${pythonTuple(dilation)}`,
      more,
      groups !== 1 && `groups=${groups}`,
      bias === undefined && 'bias=False',
    ]
      .filter(Boolean)
      .join(', ');
  }
}
