import { expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatLoss,
  formatMetric,
  formatSeconds,
  plural,
} from '../../src/console/format.ts';

test('losses have seven decimals, or an exponent where those tell nothing', () => {
  expect([0.74340729, 0, -1.5, 999_999.9, 1e-5].map(formatLoss)).toEqual([
    '0.7434073',
    '0.0000000',
    '-1.5000000',
    '999999.9000000',
    '0.0000100',
  ]);
  expect([1e6, -1e6, 9.9e-6, -9.9e-6, 1.23456e-9].map(formatLoss)).toEqual([
    '1.0000e+6',
    '-1.0000e+6',
    '9.9000e-6',
    '-9.9000e-6',
    '1.2346e-9',
  ]);
  expect([Number.NaN, Number.POSITIVE_INFINITY].map(formatLoss)).toEqual(['NaN', 'Infinity']);
});

test('accuracies have four decimals, other metrics are written as losses', () => {
  expect(formatMetric('accuracy', 0.98765)).toBe('0.9877');
  expect(formatMetric('accuracy', Number.NaN)).toBe('NaN');
  expect(formatMetric('mae', 0.98765)).toBe('0.9876500');
});

test('counts', () => {
  expect([formatCount(60_000), plural(1, 'epoch'), plural(0, 'epoch'), plural(1000, 'step')]).toEqual([
    '60,000',
    '1 epoch',
    '0 epochs',
    '1,000 steps',
  ]);
});

test('time as on a clock', () => {
  expect([0, 0.4, 7, 59.5, 61, 723, 3599, 3600, 3723, 36_000].map(formatClock)).toEqual([
    '0:00',
    '0:00',
    '0:07',
    '1:00',
    '1:01',
    '12:03',
    '59:59',
    '1:00:00',
    '1:02:03',
    '10:00:00',
  ]);
});

test('time in words', () => {
  expect([0, 0.44, 9.94, 9.95, 59.4, 59.5, 61, 3599.4, 3600, 7800, 7859].map(formatSeconds)).toEqual([
    '0.0 s',
    '0.4 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min 0 s',
    '1 min 1 s',
    '59 min 59 s',
    '1 h 0 min',
    '2 h 10 min',
    '2 h 10 min',
  ]);
});

test('bytes', () => {
  expect([0, 999, 999.6, 1234, 99_600, 1_500_000, 2e9, 3e12, 4e15].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.2 kB',
    '100 kB',
    '1.5 MB',
    '2.0 GB',
    '3.0 TB',
    '4000 TB',
  ]);
});
