import { ArgumentError } from '@kindling/core';
import { assertNumber, describeValue } from '@kindling/core/internal';
import { epochKeys } from '../events/event.ts';

/** Metrics by group and name: `{ train: { loss: 0.1 } }`. */
export type MetricGroups = Readonly<Record<string, Readonly<Record<string, number>>>>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {ArgumentError} for anything but groups of numbers, and for a group with a name that events have themselves. */
export function checkMetricGroups(op: string, groups: unknown): void {
  const refusal = (got: string): ArgumentError =>
    new ArgumentError(
      `${op}: expected metrics by group, such as { train: { loss }, validation: { loss } }, got ${got}`,
    );
  if (!isRecord(groups)) throw refusal(describeValue(groups));
  for (const [group, metrics] of Object.entries(groups)) {
    if ((epochKeys as readonly string[]).includes(group)) {
      throw refusal(`a group named ${group}, which is reserved`);
    }
    if (!isRecord(metrics)) throw refusal(`${describeValue(metrics)} as ${group}`);
    for (const [name, value] of Object.entries(metrics)) assertNumber(op, `${group}.${name}`, value);
  }
}
