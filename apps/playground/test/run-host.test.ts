import type { HostMessage } from '@kindling/dashboard/protocol';
import { formatEvent, type RunEvent } from '@kindling/train/events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunHost } from '../src/page/curves/run-host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const lines = (...events: RunEvent[]): string => events.map((event) => `${formatEvent(event)}\n`).join('');
const step = (n: number): RunEvent => ({ type: 'step', step: n, epoch: 0, loss: 1 / (n + 1), time: n });

function opened() {
  const sent: HostMessage[] = [];
  const host = new RunHost((message) => sent.push(message));
  const take = () => sent.splice(0);
  return { host, take };
}

test('a dashboard that is ready gets the runs, and what is new of those that it follows', () => {
  const { host, take } = opened();
  host.begin('xor', '{"lr":1,"widths":[2,2]}');
  host.log('xor', lines(step(0), step(1)));
  vi.runAllTimers();
  expect(take()).toEqual([]);
  host.receive({ type: 'ready', version: 1 });
  expect(take()).toMatchObject([
    {
      type: 'snapshot',
      selected: ['xor'],
      actions: [],
      runs: [{ id: 'xor', state: 'running', step: 2, settings: { lr: '1', widths: '[2,2]' } }],
    },
  ]);
  host.receive({ type: 'follow', runs: ['xor', 'other'] });
  expect(take()).toMatchObject([{ type: 'progress', run: 'xor', steps: { from: 0, length: 2 } }]);
  host.log('xor', lines(step(2)));
  vi.runAllTimers();
  expect(take()[1]).toMatchObject({ type: 'progress', steps: { from: 2, length: 1 } });
});

test('a further run of a name is shown with those before it', () => {
  const { host, take } = opened();
  host.receive({ type: 'ready', version: 1 });
  for (const id of ['xor', 'xor-2', 'other', 'xor-3', 'xor-4', 'xor-5']) {
    host.begin(id, '{}');
    host.endProgram('stopped');
  }
  vi.runAllTimers();
  const begun = take().filter((message) => message.type === 'runs' && message.selected !== undefined);
  expect(begun.at(-1)).toMatchObject({ selected: ['xor-5', 'xor-4', 'xor-3'] });
});

test('runs that a program leaves open end with it, and finished ones stay what they are', () => {
  const { host, take } = opened();
  host.begin('open', '{}');
  host.begin('done', '{}');
  host.log(
    'done',
    lines({
      type: 'run-finished',
      status: 'completed',
      step: 1,
      epoch: 0,
      metrics: {},
      seconds: 1,
      time: 1,
    } as unknown as RunEvent),
  );
  host.endProgram('failed');
  host.receive({ type: 'ready', version: 1 });
  const [snapshot] = take();
  expect(snapshot).toMatchObject({
    runs: [
      { id: 'done', state: 'completed' },
      { id: 'open', state: 'failed' },
    ],
  });
});

test('messages that are none are passed over, and what it does not do is answered', () => {
  const { host, take } = opened();
  host.receive(undefined);
  host.receive({ type: 'unknown' });
  host.receive({ type: 'annotate', request: 3, run: 'x', note: '', tags: [] });
  expect(take()).toEqual([{ type: 'answer', request: 3, error: 'annotate: expected a host that does it' }]);
});

test('the oldest of many runs are left out', () => {
  const { host, take } = opened();
  for (let i = 1; i <= 40; i++) host.begin(`run-${i}`, '{}');
  host.receive({ type: 'ready', version: 1 });
  const [snapshot] = take();
  expect(snapshot?.type === 'snapshot' && snapshot.runs.length).toBe(30);
});

test('a run that is gone on with is sent from its beginning', () => {
  const { host, take } = opened();
  host.receive({ type: 'ready', version: 1 });
  host.begin('gan', '{}');
  host.receive({ type: 'follow', runs: ['gan'] });
  host.log('gan', lines(step(0), step(1)));
  vi.runAllTimers();
  host.begin('gan', '{}');
  host.receive({ type: 'follow', runs: ['gan'] });
  take();
  host.log('gan', lines(step(0), step(1), step(2)));
  vi.runAllTimers();
  expect(take()[1]).toMatchObject({ type: 'progress', steps: { from: 0, length: 3 } });
});
