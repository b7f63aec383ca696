import { expect, test } from 'vitest';
import { epochGroups } from '../../src/events/event.ts';

test('the groups of an epoch are what holds numbers by name, whatever else an event may have', () => {
  const event = {
    type: 'epoch',
    epoch: 0,
    step: 6,
    seconds: 1,
    time: 0,
    train: { loss: 0.5 },
    held: { mae: 1 },
    note: 'a',
    count: 5,
    list: [1, 2],
    nothing: null,
    mixed: { loss: 'low' },
  };
  expect(epochGroups(event as never)).toEqual([
    ['train', { loss: 0.5 }],
    ['held', { mae: 1 }],
  ]);
});
