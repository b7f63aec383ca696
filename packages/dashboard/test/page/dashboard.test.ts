import { expect, test } from 'vitest';
import type { HostChannel } from '../../src/page/channel/host-channel.ts';
import { Dashboard } from '../../src/page/dashboard.ts';
import type { HostMessage, PageMessage } from '../../src/protocol.ts';
import { generatedRun, snapshotOf } from '../generated-runs.ts';

const run = (id: string) => generatedRun({ id, seed: 1, steps: 100, stepsPerEpoch: 50, lr: 0.02 });

/** A dashboard of a host that a test speaks for. */
function opened(kept?: object) {
  const posted: PageMessage[] = [];
  const listeners: ((message: HostMessage) => void)[] = [];
  let state: unknown = kept;
  let connect: (isConnected: boolean) => void = () => {};
  const channel: HostChannel = {
    post: (message) => posted.push(message),
    onMessage: (listener) => listeners.push(listener),
    onProblem: () => {},
    onConnection: (listener) => {
      connect = listener;
    },
    getState: () => state,
    setState: (next) => {
      state = next;
    },
  };
  const dashboard = new Dashboard(channel, ['en']);
  const receive = (message: HostMessage) => {
    for (const listener of listeners) listener(message);
  };
  return { dashboard, posted, receive, connect: (is: boolean) => connect(is), state: () => state };
}

test('asks for everything whenever it is connected, and follows what is shown', () => {
  const { dashboard, posted, receive, connect } = opened();
  connect(true);
  expect(posted).toEqual([{ type: 'ready', version: 1 }]);
  receive(snapshotOf([run('a'), run('b')], ['b']));
  expect(posted.slice(1)).toEqual([{ type: 'follow', runs: ['b'] }]);
  receive(run('b').progress);
  expect(dashboard.curvesOf('b').map(({ metric, split }) => `${split} ${metric}`)).toEqual([
    'train loss',
    'train lr',
    'train accuracy',
    'validation loss',
    'validation accuracy',
  ]);
  dashboard.toggleRun('a');
  expect(posted.at(-1)).toEqual({ type: 'follow', runs: ['b', 'a'] });
  dashboard.select([]);
  expect(posted.at(-1)).toEqual({ type: 'follow', runs: [] });
  receive(snapshotOf([run('a'), run('b')], ['b']));
  expect(dashboard.selected.value).toEqual([]);
});

test('an empty folder shows its first runs when they come', () => {
  const { dashboard, receive } = opened();
  receive(snapshotOf([]));
  expect(dashboard.selected.value).toEqual([]);
  receive({ type: 'runs', changed: [run('first').row], removed: [] });
  expect(dashboard.selected.value).toEqual(['first']);
  receive({ type: 'runs', changed: [run('second').row], removed: ['first'] });
  expect(dashboard.selected.value).toEqual([]);
});

test('what was shown before is shown again, unless the host names runs or none of it is there', () => {
  const first = opened();
  first.receive(snapshotOf([run('a'), run('b')], ['a']));
  const again = opened(first.state() as object);
  again.receive(snapshotOf([run('b'), run('a')]));
  expect(again.dashboard.selected.value).toEqual(['a']);
  const named = opened(first.state() as object);
  named.receive(snapshotOf([run('a'), run('b')], ['b']));
  expect(named.dashboard.selected.value).toEqual(['b']);
  const gone = opened(first.state() as object);
  gone.receive(snapshotOf([run('c')]));
  expect(gone.dashboard.selected.value).toEqual(['c']);
});

test('another axis or scale shows all of it', () => {
  const { dashboard } = opened();
  dashboard.zoom.value = [1, 2];
  dashboard.setAxis('epoch');
  expect(dashboard.zoom.value).toBeUndefined();
  dashboard.zoom.value = [0, 2];
  dashboard.setScale('log');
  expect(dashboard.zoom.value).toBeUndefined();
});

test('open requests end with the connection', async () => {
  const { dashboard, connect } = opened();
  const asked = dashboard.requests.act('stop', 'a');
  connect(false);
  expect(await asked).toBe('The connection is lost; trying again…');
});

test('runs that a host has just begun for the reader are shown', () => {
  const { dashboard, posted, receive, connect } = opened();
  connect(true);
  receive(snapshotOf([run('first')]));
  expect(dashboard.selected.value).toEqual(['first']);
  receive({ type: 'runs', changed: [run('second').row], removed: [], selected: ['second', 'unknown'] });
  expect(dashboard.selected.value).toEqual(['second']);
  expect(posted.at(-1)).toEqual({ type: 'follow', runs: ['second'] });
});

test('the language of a page that holds the dashboard goes before what was chosen', () => {
  const channel: HostChannel = {
    post: () => {},
    onMessage: () => {},
    onProblem: () => {},
    onConnection: () => {},
    getState: () => ({ language: 'en' }),
    setState: () => {},
  };
  const held = new Dashboard(channel, ['en'], 'ko');
  expect([held.language.value, held.canChooseLanguage]).toEqual(['ko', false]);
  const own = new Dashboard(channel, ['ko']);
  expect([own.language.value, own.canChooseLanguage]).toEqual(['en', true]);
});
