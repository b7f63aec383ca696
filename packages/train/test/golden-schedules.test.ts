import { type Tensor, zeros } from '@kindling/core';
import * as train from '@kindling/train';
import { describe, expect, test } from 'vitest';
import { difference } from '../../core/test/golden/closeness.ts';
import { decode, type JsonNumber } from '../../core/test/golden/fixture.ts';
import { assertRefused } from '../../core/test/golden/operation.ts';
import { make, named, read, type Setting } from './golden/setting.ts';

/** A schedule by name; schedules may be among its options. */
interface ScheduleSpec {
  readonly schedule: string;
  readonly options: object;
}

/** What a schedule does to an optimizer, as `tools/golden/schedules.py` records it. */
interface ScheduleCase extends ScheduleSpec {
  readonly name: string;
  readonly optimizer: string;
  readonly settings: object;
  readonly groups?: Setting['groups'];
  /** What `ReduceLROnPlateau` is told at each step. */
  readonly metrics?: readonly JsonNumber[];
  /** The rate of each group, at first and after each step. */
  readonly rates: readonly (readonly number[])[];
  /** The momentum, or the first beta, of each group. */
  readonly momenta?: readonly (readonly number[])[];
  readonly error?: string;
}

const { cases } = read<{ cases: ScheduleCase[] }>('schedules');

const isSpec = (value: unknown): value is ScheduleSpec =>
  typeof value === 'object' && value !== null && 'schedule' in value;

function build({ schedule, options }: ScheduleSpec, optimizer: train.Optimizer): train.Schedule {
  const found: unknown = Reflect.get(train, schedule);
  if (typeof found !== 'function') throw new TypeError(`@kindling/train has no schedule ${schedule}`);
  const nested = Object.entries(options).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map((item) => (isSpec(item) ? build(item, optimizer) : item)) : value,
  ]);
  return Reflect.construct(found, [optimizer, Object.fromEntries(nested)]) as train.Schedule;
}

function prepare(entry: ScheduleCase): { optimizer: train.Optimizer; schedule: train.Schedule } {
  const parameters: Tensor[] = [zeros([2], { requiresGrad: true }), zeros([2], { requiresGrad: true })];
  const optimizer = make({ ...entry, options: entry.settings }, parameters);
  return { optimizer, schedule: build(entry, optimizer) };
}

/** Numbers as float64 tensors, so that the suite's one rule compares them. */
const column = (data: readonly number[]) => decode({ shape: [data.length], dtype: 'float64', data });

function momentumOf(group: object): number {
  if ('betas' in group && Array.isArray(group.betas)) return Number(group.betas[0]);
  return 'momentum' in group ? Number(group.momentum) : 0;
}

test('the golden suite keeps its size', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
});

describe('schedules', () => {
  test.each(named(cases))('%s', (_, entry) => {
    if (entry.error !== undefined) {
      assertRefused(() => prepare(entry), entry.error);
      return;
    }
    const { optimizer, schedule } = prepare(entry);
    entry.rates.forEach((rates, step) => {
      if (step > 0) {
        optimizer.step();
        const metric = entry.metrics?.[step - 1];
        schedule.step(metric === undefined ? undefined : Number(metric));
      }
      const { lastLr } = schedule;
      const momenta = optimizer.paramGroups.map(momentumOf);
      const problems = [
        difference(`rates after step ${step}`, column(lastLr), column(rates)),
        entry.momenta &&
          difference(`momenta after step ${step}`, column(momenta), column(entry.momenta[step]!)),
      ];
      expect(problems.filter(Boolean)).toEqual([]);
      expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual(lastLr);
    });
  });
});
