import { describe, expect, test } from 'vitest';
import { Requests } from '../../src/page/store/requests.ts';
import { RunStore } from '../../src/page/store/run-store.ts';
import type { PageMessage } from '../../src/protocol.ts';
import { generatedRun, snapshotOf, stepBlock } from '../generated-runs.ts';

const options = { id: 'a', seed: 1, steps: 100, stepsPerEpoch: 50, lr: 0.02 };
const run = generatedRun(options);

function started() {
  const posted: PageMessage[] = [];
  const store = new RunStore((message) => posted.push(message));
  const receive = (message: ReturnType<typeof snapshotOf>) => {
    if (message.type !== 'answer') store.receive(message);
  };
  receive(snapshotOf([run]));
  return { posted, store, receive };
}

describe('RunStore', () => {
  test('follows what it is asked to, once, and forgets runs that it lets go', () => {
    const { posted, store, receive } = started();
    receive(run.progress);
    expect(store.data('a')).toBeUndefined();
    store.follow(new Set(['a']));
    store.follow(new Set(['a']));
    expect(posted).toEqual([{ type: 'follow', runs: ['a'] }]);
    receive(run.progress);
    expect(store.data('a')!.steps.length).toBe(100);
    store.follow(new Set());
    expect(store.data('a')).toBeUndefined();
  });

  test('asks for a run anew where a message was lost', () => {
    const { posted, store, receive } = started();
    store.follow(new Set(['a']));
    receive({ type: 'progress', run: 'a', steps: stepBlock(options, 100, 5) });
    expect(posted.slice(1)).toEqual([
      { type: 'follow', runs: [] },
      { type: 'follow', runs: ['a'] },
    ]);
    receive(run.progress);
    receive({ type: 'progress', run: 'a', steps: stepBlock(options, 100, 5) });
    expect(store.data('a')!.steps.length).toBe(105);
  });

  test('a snapshot replaces everything and goes on following', () => {
    const { posted, store, receive } = started();
    store.follow(new Set(['a', 'gone']));
    receive(run.progress);
    receive(snapshotOf([run]));
    expect(store.data('a')).toBeUndefined();
    expect(posted.at(-1)).toEqual({ type: 'follow', runs: ['a'] });
  });

  test('rows change and go', () => {
    const { store, receive } = started();
    receive({
      type: 'runs',
      changed: [
        { ...run.row, state: 'failed' },
        { ...run.row, id: 'b' },
      ],
      removed: [],
    });
    expect([...store.rows.value.values()].map(({ id, state }) => [id, state])).toEqual([
      ['a', 'failed'],
      ['b', 'completed'],
    ]);
    receive({ type: 'runs', changed: [], removed: ['a'] });
    expect([...store.rows.value.keys()]).toEqual(['b']);
  });
});

test('requests get their own answers, and all end when the host is gone', async () => {
  const posted: PageMessage[] = [];
  const requests = new Requests((message) => posted.push(message));
  const [first, second, third] = [
    requests.act('stop', 'a'),
    requests.annotate('b', 'note', []),
    requests.act('stop', 'c'),
  ];
  requests.receive({ type: 'answer', request: 1 });
  requests.receive({ type: 'answer', request: 0, error: 'not running' });
  requests.fail('gone');
  expect(await Promise.all([first, second, third])).toEqual(['not running', undefined, 'gone']);
  expect(posted).toHaveLength(3);
});
