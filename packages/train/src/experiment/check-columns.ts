import { DataError, type Table } from '@kindling/data';
import { lossDescriptor } from '../losses/loss-descriptors.ts';
import type { Experiment } from './experiment-schema.ts';
import { isIndexBelow } from './input-indices.ts';

/** Where and in what form tensors are made. */
export interface Place {
  readonly device: string;
  readonly dtype: 'float32' | 'float64';
}

/** Refuses a number that is finite in the file and not as the model gets it. */
export function checkScaled(table: Table, name: string, factor: number, { dtype }: Place): void {
  const isHeld = (value: number): boolean =>
    Number.isFinite(dtype === 'float32' ? Math.fround(Math.fround(value) * factor) : value * factor);
  const column = table.column(name);
  const wrong = column.findIndex((value) => !isHeld(value));
  if (wrong < 0) return;
  throw new DataError({
    place: `${table.place}, column ${name}, sample ${wrong}`,
    expected:
      factor === 1
        ? `a number in the range of ${dtype}`
        : `a number in the range of ${dtype} after scaling by ${factor}`,
    got: String(column[wrong]),
  });
}

/** Refuses an input that is no index of an embedding. */
export function checkIndices(table: Table, name: string, count: number): void {
  const column = table.column(name);
  const wrong = column.findIndex((value) => !isIndexBelow(value, count));
  if (wrong < 0) return;
  throw new DataError({
    place: `${table.place}, column ${name}, sample ${wrong}`,
    expected: `an index in [0, ${count - 1}] for the first layer of the model`,
    got: String(column[wrong]),
  });
}

/** Refuses targets that the loss is not made for: it has no least value at them. */
export function checkDomain(
  table: Table,
  targets: readonly string[],
  factor: number,
  loss: Experiment['loss'] | undefined,
): void {
  const domain = loss && lossDescriptor(loss.type).domain;
  if (loss === undefined || domain === undefined) return;
  for (const name of targets) {
    const column = table.column(name);
    const wrong = column.findIndex((value) => !domain.contains(value * factor));
    if (wrong < 0) continue;
    throw new DataError({
      place: `${table.place}, column ${name}, sample ${wrong}`,
      expected: `a target ${domain.text} for the loss ${loss.type}`,
      got: `${column[wrong]}${factor === 1 ? '' : ` times ${factor}`}`,
      ...(domain.hint === undefined ? {} : { hint: domain.hint }),
    });
  }
}
