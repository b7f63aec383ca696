import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { progressText } from '../../src/console/progress-text.ts';

const facts = ['loss 0.5', 'accuracy 0.9'];

test('a bar, its share and all facts, where they have room', () => {
  const text = stripVTControlCharacters(progressText({ label: 'xor', done: 1, total: 4, facts }, 80));
  expect(text).toMatch(/^xor ━+\S* +25% {2}loss 0\.5 {2}accuracy 0\.9$/);
});

test('a line is never longer than it may be', () => {
  for (let columns = 1; columns <= 80; columns++) {
    for (const total of [undefined, 4]) {
      const text = progressText({ label: 'a label of some length', done: 1, total, facts }, columns);
      expect(stripVTControlCharacters(text).length, `${columns} columns`).toBeLessThanOrEqual(columns);
    }
  }
});

test('the last facts go first', () => {
  const at = (columns: number) => progressText({ label: 'xor', done: 1, total: undefined, facts }, columns);
  expect(at(40)).toBe('xor  loss 0.5  accuracy 0.9');
  expect(at(24)).toBe('xor  loss 0.5');
  expect(at(8)).toBe('xor');
  expect(at(2)).toBe('xo');
});
