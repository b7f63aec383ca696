import { expect, test } from 'vitest';
import { editDistance, nearestName } from '../src/nearest-name.ts';

test.each([
  ['', '', 0],
  ['kitten', 'sitting', 3],
  ['mnist', 'mnsit', 1],
  ['abc', '', 3],
  ['ca', 'abc', 3],
])('%j to %j takes %i edits', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('the nearest name is one that could have been meant', () => {
  const known = ['digits', 'diabetes', 'mnist', 'xor'];
  expect(nearestName('MNIST', known)).toBe('mnist');
  expect(nearestName('digit', known)).toBe('digits');
  expect(nearestName('diabtes', known)).toBe('diabetes');
  expect(nearestName('cifar10', known)).toBeUndefined();
  expect(nearestName('', known)).toBeUndefined();
});

test('spellings of one name are the same', () => {
  expect(nearestName('weight_decay', ['lr', 'weightDecay'])).toBe('weightDecay');
  expect(nearestName('BATCH-SIZE', ['batchSize', 'shuffle'])).toBe('batchSize');
});

test('an abbreviation stands for the only name that begins with it', () => {
  expect(nearestName('acc', ['accuracy', 'loss'])).toBe('accuracy');
  expect(nearestName('val', ['validation', 'value', 'loss'])).not.toBe('validation');
  expect(nearestName('ac', ['accuracy', 'loss'])).toBeUndefined();
});

test('long names are not compared', () => {
  const long = 'x'.repeat(100_000);
  expect(nearestName(long, [`${long}y`])).toBeUndefined();
  expect(nearestName('x', [long])).toBeUndefined();
});
