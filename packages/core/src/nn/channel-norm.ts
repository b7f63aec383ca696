import { assertBoolean, assertNumber, assertWhole } from '../arguments.ts';
import { ones, zeros } from '../create.ts';
import { Buffer } from './buffer.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonBool, pythonFloat } from './python-text.ts';

/** What a normalization by channel has; its modules differ in the defaults. */
export interface ChannelNormSettings {
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
}

/** Parameters, running statistics and text of the normalizations by channel. */
export abstract class ChannelNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly runningMean: Buffer | undefined;
  readonly runningVar: Buffer | undefined;
  readonly numBatchesTracked: Buffer | undefined;

  constructor(numFeatures: number, { eps, momentum, affine, trackRunningStats }: ChannelNormSettings) {
    super();
    const { name } = this.constructor;
    assertWhole(name, 'numFeatures', numFeatures, 0);
    const shape = [numFeatures];
    assertNumber(name, 'eps', eps);
    if (momentum !== null) assertNumber(name, 'momentum', momentum);
    assertBoolean(name, 'affine', affine);
    assertBoolean(name, 'trackRunningStats', trackRunningStats);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.weight = affine ? new Parameter(ones(shape)) : undefined;
    this.bias = affine ? new Parameter(zeros(shape)) : undefined;
    this.runningMean = trackRunningStats ? new Buffer(zeros(shape)) : undefined;
    this.runningVar = trackRunningStats ? new Buffer(ones(shape)) : undefined;
    this.numBatchesTracked = trackRunningStats ? new Buffer(zeros([], { dtype: 'int32' })) : undefined;
  }

  protected override extraRepr(): string {
    const momentum = this.momentum === null ? 'None' : pythonFloat(this.momentum);
    return [
      this.numFeatures,
      `eps=${pythonFloat(this.eps)}`,
      `momentum=${momentum}`,
      `affine=${pythonBool(this.weight !== undefined)}`,
      `bias=${pythonBool(this.bias !== undefined)}`,
      `track_running_stats=${pythonBool(this.runningMean !== undefined)}`,
    ].join(', ');
  }
}
