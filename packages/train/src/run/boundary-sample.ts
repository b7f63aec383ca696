import { scope, type Tensor, tensor } from '@kindling/core';
import type { SampleEvent } from '../events/event.ts';
import type { ExperimentData } from '../experiment/experiment-data.ts';
import type { LossSettings } from '../experiment/loss-schema.ts';
import { predictionsOf } from '../losses/predictions.ts';
import type { Trainer } from '../trainer/trainer.ts';

/** Nodes of the grid along each input. */
const NODES = 31;
/** The grid reaches beyond the samples by this share of their range. */
const MARGIN = 0.25;
/** Digits that are kept: a log is text, and a picture shows no more. */
const DIGITS = 5;

export interface BoundaryOptions {
  readonly loss: LossSettings;
  /** The factor that inputs were multiplied with. */
  readonly scale: number;
  /** The number that was added to them then. */
  readonly shift?: number | undefined;
}

/**
 * The scores of a binary classifier of two inputs over a grid, as a `predictions` sample named `boundary`: inputs in the data's units, no
 * target, and the score of the second class in [0, 1], by which 0.5 is the boundary.
 *
 * @returns undefined for a model of other inputs, or one that does not decide between two classes.
 */
export function boundarySample(
  trainer: Trainer,
  { train, inputNames, outputNames, isLabelled }: ExperimentData,
  { loss, scale, shift = 0 }: BoundaryOptions,
): SampleEvent | undefined {
  const [xName, yName, ...others] = inputNames;
  const [inputs, targets] = train.tensors;
  if (xName === undefined || yName === undefined || others.length > 0) return undefined;
  // Between indices there is nothing.
  if (inputs.dtype === 'int32') return undefined;
  if (isLabelled ? outputNames.length !== 2 : outputNames.length !== 1 || !isBinary(targets))
    return undefined;
  return scope(() => {
    const [x, y] = [nodesOf(inputs.select(1, 0).data()), nodesOf(inputs.select(1, 1).data())];
    const nodes = Float64Array.from({ length: 2 * x.length * y.length }, (_, i) =>
      i % 2 === 0 ? x[(i / 2) % x.length]! : y[Math.floor(i / 2 / x.length)]!,
    );
    const { device, dtype } = inputs;
    const grid = tensor(nodes, { shape: [nodes.length / 2, 2], device, dtype });
    const scores = lastColumn(predictionsOf(loss, trainer.predict(grid)));
    const [columns, rows] = [x, y].map((values) => values.map((value) => rounded((value - shift) / scale)));
    return {
      type: 'sample',
      kind: 'predictions',
      name: 'boundary',
      epoch: trainer.epoch,
      step: trainer.step,
      input: {
        [xName]: y.flatMap(() => columns!),
        [yName]: rows!.flatMap((value) => x.map(() => value)),
      },
      target: {},
      prediction: { [outputNames.at(-1)!]: Array.from(scores, rounded) },
      time: Date.now(),
    };
  });
}

const isBinary = (targets: Tensor): boolean => targets.data().every((value) => value === 0 || value === 1);

const lastColumn = (outputs: Tensor) => outputs.select(1, outputs.shape[1]! - 1).data();

function nodesOf(values: ArrayLike<number> & Iterable<number>): number[] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const margin = MARGIN * (high - low || 1);
  const width = (high - low + 2 * margin) / (NODES - 1);
  return Array.from({ length: NODES }, (_, i) => low - margin + i * width);
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
