import { tensor } from '@kindling/core';
import { physicalCores } from '@kindling/core/internal';
import {
  allGather,
  allReduce,
  broadcast,
  destroyProcessGroup,
  gather,
  getRank,
  getWorldSize,
  initProcessGroup,
  isInitialized,
  recv,
  reduceScatter,
  scatter,
  send,
} from '@kindling/distributed';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partOf } from '../src/own-cores.ts';
import { launchers, runProcesses } from './launchers.ts';

describe.each(launchers)('under $name', (launcher) => {
  test.each([1, 2, 3, 4])('collectives of %d processes are what they are defined as', async (count) => {
    const { code, stdout, stderr } = await runProcesses(launcher, count, 'collectives.ts', [
      `${physicalCores()}`,
    ]);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/agreed \d/g)?.toSorted()).toEqual(
      Array.from({ length: count }, (_, rank) => `agreed ${rank}`),
    );
  });
});

test('cores are shared out in equal parts', () => {
  const cores = [
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ];
  expect([0, 1].map((number) => partOf(cores, number, 2))).toEqual([cores.slice(0, 2), cores.slice(2)]);
  expect(partOf(cores, 2, 3)).toEqual([[2, 6]]);
  expect(partOf(cores, 0, 5)).toBeUndefined();
});

test('without a group, a call says what comes before it', () => {
  expect(isInitialized()).toBe(false);
  expect(() => getRank()).toThrow('getRank: expected initProcessGroup() before it, got no group');
  expect(() => allReduce(tensor([1]))).toThrow('allReduce: expected initProcessGroup() before it');
});

describe('a group of one', () => {
  beforeAll(() => initProcessGroup());
  afterAll(() => destroyProcessGroup());

  test('needs no launcher and no library', () => {
    expect([getRank(), getWorldSize(), isInitialized()]).toEqual([0, 1, true]);
    expect(() => initProcessGroup()).toThrow('expected no group, got a second call');
  });

  test('gives what it got', () => {
    const x = tensor([[1, 2]]);
    allReduce(x, 'mean');
    broadcast(x);
    expect(x.toArray()).toEqual([[1, 2]]);
    expect(allGather(x).toArray()).toEqual([[[1, 2]]]);
    expect(gather(x)?.toArray()).toEqual([[[1, 2]]]);
    expect(reduceScatter(x).toArray()).toEqual([1, 2]);
    const part = tensor([0, 0]);
    scatter(part, x);
    expect(part.toArray()).toEqual([1, 2]);
  });

  test.each([
    ['another operation', () => allReduce(tensor([1]), 'median' as never), 'expected op among sum, mean'],
    [
      'a mean of integers',
      () => allReduce(tensor([1], { dtype: 'int32' }), 'mean'),
      'expected floats for mean',
    ],
    ['a sum of flags', () => allReduce(tensor([true], { dtype: 'bool' })), 'expected min or max for bool'],
    ['no tensor', () => allReduce([1] as never), 'allReduce: expected tensor to be a tensor'],
    ['a process that is not there', () => broadcast(tensor([1]), 1), 'expected source below 1, got 1'],
    ['half a process', () => broadcast(tensor([1]), 0.5), 'broadcast: expected source'],
    ['rows of another shape', () => scatter(tensor([1]), tensor([1])), 'expected rows of shape [1, 1]'],
    ['rows for others', () => reduceScatter(tensor([1, 2])), 'expected 1 rows, one a process, got shape [2]'],
    ['a message to itself', () => send(tensor([1]), 0), 'expected another process, got 0, this one'],
    ['a message from itself', () => recv(tensor([1]), 0), 'expected another process, got 0, this one'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
