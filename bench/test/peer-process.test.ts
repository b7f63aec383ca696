import { afterEach, describe, expect, test } from 'vitest';
import { PeerPool } from '../src/process/peer-pool.ts';
import { PeerError, PeerProcess } from '../src/process/peer-process.ts';
import { type FakePeer, fakeImplementation, launchOf } from './fake-peer.ts';

const started: PeerProcess[] = [];

async function start(peer: FakePeer): Promise<PeerProcess> {
  const process = await PeerProcess.start(launchOf(peer));
  started.push(process);
  return process;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((peer) => peer.stop()));
});

describe('PeerProcess', () => {
  test('asks and answers in turn', async () => {
    const peer = await start({ perStep: 0.25, check: 42 });
    expect(peer.importSeconds).toBe(0.5);
    expect(await peer.request({ op: 'check' }, 10)).toEqual({ check: 42 });
    expect(await peer.request({ op: 'step', count: 8 }, 10)).toEqual({ seconds: 2 });
    expect(await peer.request({ op: 'memory' }, 10)).toEqual({ bytes: 2e6 });
    expect(await peer.request({ op: 'versions' }, 10)).toEqual({ fake: '1' });
  });

  test('goes on after a refusal', async () => {
    const peer = await start({ on: { prepare: 'refuse' } });
    const task = { kind: 'softmax', rows: 1, columns: 1 } as const;
    await expect(peer.request({ op: 'prepare', task }, 10)).rejects.toThrow(new PeerError('cannot prepare'));
    expect(await peer.request({ op: 'check' }, 10)).toEqual({ check: 1 });
  });

  test.each([
    ['babble', 'expected an answer to step, got hello'],
    ['mistake', 'expected an answer to step, got {"id":1,"answer":{"seconds":"soon"}}'],
    ['late', 'expected an answer to step, got {"id":0,"answer":{"seconds":1}}'],
    ['end', 'its process ended (exit code 3)'],
  ] as const)('tells of a peer that does not answer, and ends it: %s', async (way, message) => {
    const peer = await start({ on: { step: way } });
    await expect(peer.request({ op: 'step', count: 1 }, 10)).rejects.toThrow(new PeerError(message));
    expect(peer.isRunning).toBe(false);
  });

  test('takes one question at a time', async () => {
    const peer = await start({ check: 42 });
    const check = peer.request({ op: 'check' }, 10);
    await expect(peer.request({ op: 'step', count: 1 }, 10)).rejects.toThrow(
      'expected one question at a time, got step before the answer to check',
    );
    expect(await check).toEqual({ check: 42 });
    expect(await peer.request({ op: 'memory' }, 10)).toEqual({ bytes: 2e6 });
  });

  test('ends a process that keeps silent', async () => {
    const peer = await start({ on: { step: 'hang' } });
    await expect(peer.request({ op: 'step', count: 1 }, 0.2)).rejects.toMatchObject({
      detail: 'no answer within 0.2 s',
    });
    expect(peer.isRunning).toBe(false);
  });

  test('tells why one does not start', async () => {
    await expect(PeerProcess.start(launchOf({ on: { start: 'complain' } }))).rejects.toThrow(
      new PeerError('its process ended (exit code 1): no such library'),
    );
    await expect(PeerProcess.start(launchOf({ on: { start: 'refuse' } }))).rejects.toThrow(
      new PeerError('not installed'),
    );
    await expect(PeerProcess.start({ command: 'no-such-program', args: [] })).rejects.toThrow(/ENOENT/);
  });
});

describe('PeerPool', () => {
  test('starts an implementation once, and again when its process has ended', async () => {
    const pool = new PeerPool();
    const fake = fakeImplementation('fake', { on: { memory: 'end' } });
    const first = await pool.get(fake);
    expect(await pool.get(fake)).toBe(first);
    await expect(first?.request({ op: 'memory' }, 10)).rejects.toThrow(PeerError);
    await first?.stop();
    const second = await pool.get(fake);
    expect(second).not.toBe(first);
    expect(second?.isRunning).toBe(true);
    await pool.stop();
    expect(second?.isRunning).toBe(false);
  });

  test('remembers who is absent, and why', async () => {
    const pool = new PeerPool();
    const fake = fakeImplementation('fake', { on: { start: 'refuse' } });
    expect(await pool.get(fake)).toBeUndefined();
    expect(await pool.get(fake)).toBeUndefined();
    expect([...pool.absent]).toEqual([['fake', 'not installed']]);
  });

  test('says what to do about it', async () => {
    const pool = new PeerPool();
    const fake = fakeImplementation('fake', { on: { start: 'refuse' } });
    await pool.get({ ...fake, remedy: 'npm install it' });
    expect([...pool.absent]).toEqual([['fake', 'not installed (npm install it)']]);
  });
});
