import type { RecurrentCell } from '../../backend/kernels.ts';
import { hasKernel } from '../../tensor/has-kernel.ts';
import type { Tensor } from '../../tensor.ts';
import { composedRecurrence } from './composed-recurrence.ts';
import { fusedRecurrence } from './fused-recurrence.ts';

/** How many times the hidden size the gates of a cell are. */
export const gatesOf: { readonly [K in RecurrentCell]: number } = { tanh: 1, relu: 1, lstm: 4, gru: 3 };

/** One direction of one layer over all steps. */
export interface Recurrence {
  readonly cell: RecurrentCell;
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** Whether sequences are [batch, steps, …], not [steps, batch, …]. */
  readonly batchFirst: boolean;
}

/** For B sequences of T steps, H hidden units, and outputs of size P, which is H without a projection. */
export interface RecurrenceOperands {
  /** What the input adds to the gates, [T, B, gates·H] or [B, T, gates·H]. */
  readonly gates: Tensor;
  /** [B, P]. */
  readonly h0: Tensor;
  /** [B, H], of an LSTM. */
  readonly c0?: Tensor | undefined;
  /** [gates·H, P]. */
  readonly weight: Tensor;
  /** [gates·H]. */
  readonly bias?: Tensor | undefined;
  /** [P, H], of an LSTM with projections. */
  readonly projection?: Tensor | undefined;
  /** How many steps each sequence has, int32 [B]; all T where it is left out. */
  readonly lengths?: Tensor | undefined;
}

export interface RecurrenceResult {
  /** The outputs of all steps, [T, B, P] or [B, T, P]; 0 behind the end of a sequence. */
  readonly output: Tensor;
  /** The state behind the last step of each sequence. */
  readonly h: Tensor;
  readonly c: Tensor | undefined;
}

/** Runs a cell over sequences; what the inputs add to the gates is given, so that one product computes it for all steps. */
export function recurrence(attributes: Recurrence, operands: RecurrenceOperands): RecurrenceResult {
  const { gates, h0, c0, weight, bias, projection } = operands;
  const isFused = gates.numel > 0 && hasKernel(gates, 'recurrence', h0, c0, weight, bias, projection);
  return isFused ? fusedRecurrence(attributes, operands) : composedRecurrence(attributes, operands);
}
