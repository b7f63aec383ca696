import { dense, flag, kernel, op, size } from './declaration.ts';
import { recurrentCells } from './op-lists.ts';

/** The sizes of one direction of one recurrent layer. Optional operands are those with no elements where their size is 0. */
const layer = {
  op: op('recurrentCell', recurrentCells),
  batch: size(),
  steps: size(1),
  hidden: size(1),
  /** Elements of an output: `hidden`, or fewer with a projection. */
  output: size(1),
  /** Elements of all gates: `hidden` times 1, 3 (gru) or 4 (lstm). */
  width: size(1),
  /** Elements of a cell state: `hidden`, or 0 but for lstm. */
  cell: size(),
  /** Elements of the projection: `output` · `hidden`, or 0. */
  projected: size(),
  /** Lengths of sequences: `batch`, or 0 where all have all steps. */
  sequences: size(),
  /** What a step keeps for the gradient: i, f, g, o, c and tanh c (lstm), r, z, n and the hidden part of n (gru), or nothing. */
  saved: size(),
  /** Whether sequences are [batch, steps, …], not [steps, batch, …]. */
  batchFirst: flag,
  /** From the last step to the first. */
  reverse: flag,
} as const;

/**
 * A recurrent cell over all steps: `gates` is what the inputs add to the gates. y ← the outputs of all steps, last and lastCell ← the
 * state behind the last one, previous ← the output that each step went on from. Behind the end of a sequence y is 0, and the state stays.
 * `activations` has an order of the engine's own.
 */
export const recurrence = kernel({
  optional: true,
  attributes: { ...layer, biases: size() },
  outputs: {
    y: dense('float', 'batch', 'steps', 'output'),
    last: dense('float', 'batch', 'output'),
    lastCell: dense('float', 'batch', 'cell'),
    previous: dense('float', 'batch', 'steps', 'output'),
    activations: dense('float', 'batch', 'steps', 'saved'),
  },
  inputs: {
    gates: dense('float', 'batch', 'steps', 'width'),
    first: dense('float', 'batch', 'output'),
    firstCell: dense('float', 'batch', 'cell'),
    weight: dense('float', 'width', 'output'),
    bias: dense('float', 'biases'),
    projection: dense('float', 'projected'),
    lengths: dense(['int32'], 'sequences'),
  },
});

/**
 * Gradients by the gates and by the first state, from those by the outputs of `recurrence`. hiddenGrad ← the gradient by what the previous
 * output adds to the gates, where it is another (gru); outputGrad and unprojected ← with a projection, the whole gradient by each output,
 * and what was projected.
 */
export const recurrenceBackward = kernel({
  optional: true,
  attributes: {
    ...layer,
    /** `width` for gru, else 0. */
    hiddenWidth: size(),
    /** With a projection `output` and `hidden`, else 0. */
    outputGrads: size(),
    unprojecteds: size(),
  },
  outputs: {
    gatesGrad: dense('float', 'batch', 'steps', 'width'),
    firstGrad: dense('float', 'batch', 'output'),
    firstCellGrad: dense('float', 'batch', 'cell'),
    hiddenGrad: dense('float', 'batch', 'steps', 'hiddenWidth'),
    outputGrad: dense('float', 'batch', 'steps', 'outputGrads'),
    unprojected: dense('float', 'batch', 'steps', 'unprojecteds'),
  },
  inputs: {
    grad: dense('float', 'batch', 'steps', 'output'),
    lastGrad: dense('float', 'batch', 'output'),
    lastCellGrad: dense('float', 'batch', 'cell'),
    y: dense('float', 'batch', 'steps', 'output'),
    previous: dense('float', 'batch', 'steps', 'output'),
    activations: dense('float', 'batch', 'steps', 'saved'),
    firstCell: dense('float', 'batch', 'cell'),
    weight: dense('float', 'width', 'output'),
    projection: dense('float', 'projected'),
    lengths: dense(['int32'], 'sequences'),
  },
});
