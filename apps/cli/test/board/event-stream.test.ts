import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventStream } from '../../src/commands/board/event-stream.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A response that takes what it is sent, or is behind. */
class Response extends EventEmitter {
  readonly written: string[] = [];
  isTaking = true;
  destroyed = false;
  writeHead(): void {}
  write(text: string): boolean {
    this.written.push(text);
    return this.isTaking;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function streamTo(response: Response) {
  const seen = { drained: 0, closed: 0, ended: 0 };
  let send: (message: unknown) => boolean = () => false;
  const feed = {
    connect: (given: typeof send) => {
      send = given;
      return { drained: () => seen.drained++, close: () => seen.closed++ };
    },
  };
  const stream = new EventStream(feed as never, 'first', response as never, () => seen.ended++);
  return { stream, seen, send: (message: object) => send(message) };
}

test('a connection names itself, and shows life while nothing is sent', () => {
  const response = new Response();
  streamTo(response);
  expect(response.written).toEqual(['data: {"type":"connection","id":"first"}\n\n']);
  vi.advanceTimersByTime(15_000);
  expect(response.written.slice(1)).toEqual([':\n\n']);
});

test('a page that takes nothing for two minutes is given up, counted from when it was first behind', () => {
  const response = new Response();
  const { seen, send } = streamTo(response);
  response.isTaking = false;
  expect(send({ type: 'runs', changed: [], removed: [] })).toBe(false);
  vi.advanceTimersByTime(60_000);
  send({ type: 'runs', changed: [], removed: [] });
  vi.advanceTimersByTime(45_000);
  expect(response.destroyed).toBe(false);
  expect(response.written).not.toContain(':\n\n');
  vi.advanceTimersByTime(30_000);
  expect(response.destroyed).toBe(true);
  expect(seen).toEqual({ drained: 0, closed: 1, ended: 1 });
});

test('a page that takes what it was sent stays', () => {
  const response = new Response();
  const { seen, send } = streamTo(response);
  response.isTaking = false;
  send({ type: 'runs', changed: [], removed: [] });
  vi.advanceTimersByTime(110_000);
  response.isTaking = true;
  response.emit('drain');
  expect(seen.drained).toBe(1);
  vi.advanceTimersByTime(300_000);
  expect(response.destroyed).toBe(false);
});
