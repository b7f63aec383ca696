import type { RunData } from '../store/run-data.ts';

export const axes = ['step', 'epoch', 'relative', 'wall'] as const;
/** What runs along x: steps, epochs, seconds since the run began, milliseconds since 1970. */
export type CurveAxis = (typeof axes)[number];

/** The place on an axis of each row of a table of steps or epochs. */
export type AxisCoordinate = (row: number) => number;

export function stepCoordinate(data: RunData, axis: CurveAxis): AxisCoordinate {
  const { steps } = data;
  const step = steps.column('step') ?? empty;
  const time = steps.column('time') ?? empty;
  if (axis === 'step') return (row) => step[row]!;
  if (axis === 'epoch') return fractionalEpoch(data);
  if (axis === 'wall') return (row) => time[row]!;
  const began = beginning(data);
  return (row) => (time[row]! - began) / 1000;
}

export function epochCoordinate(data: RunData, axis: CurveAxis): AxisCoordinate {
  const { epochs } = data;
  const step = epochs.column('step') ?? empty;
  const epoch = epochs.column('epoch') ?? empty;
  const time = epochs.column('time') ?? empty;
  if (axis === 'step') return (row) => step[row]!;
  if (axis === 'epoch') return (row) => epoch[row]! + 1;
  if (axis === 'wall') return (row) => time[row]!;
  const began = beginning(data);
  return (row) => (time[row]! - began) / 1000;
}

const empty = new Float64Array(0);

function beginning({ began, steps, epochs }: RunData): number {
  return began ?? steps.column('time')?.[0] ?? epochs.column('time')?.[0] ?? 0;
}

/** Epochs that are through at a step, the one that runs in part. Until its end, an epoch is taken to be as long as the one before. */
function fractionalEpoch({ steps, epochs }: RunData): AxisCoordinate {
  const [endedEpoch, endedStep] = [epochs.column('epoch') ?? empty, epochs.column('step') ?? empty];
  const ends = new Map<number, number>();
  for (let row = 0; row < endedEpoch.length; row++) ends.set(endedEpoch[row]!, endedStep[row]!);
  const [step, epoch] = [steps.column('step') ?? empty, steps.column('epoch') ?? empty];
  let [current, start, length] = [Number.NaN, 0, Number.NaN];
  return (row) => {
    const number = epoch[row]!;
    if (number !== current) {
      current = number;
      start = ends.get(number - 1) ?? (number === 0 ? 0 : step[row]!);
      const before = start - (ends.get(number - 2) ?? 0);
      const end = ends.get(number);
      length = end === undefined ? (number > 0 ? before : Number.NaN) : end - start;
    }
    const share = length > 0 ? (step[row]! - start) / length : 0;
    return number + Math.min(1, Math.max(0, share));
  };
}
