import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { emptyConsole, withMessages } from '../src/page/console/console-lines.ts';
import type { OutputLine } from '../src/protocol.ts';
import { Output } from '../src/worker/output.ts';
import { problemOf } from '../src/worker/problem.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('lines go in pieces, and a flood is cut', () => {
  const sent: { lines: readonly OutputLine[]; dropped: number }[] = [];
  const output = new Output((lines, dropped) => sent.push({ lines, dropped }));
  output.print('log', 'first');
  expect(sent).toEqual([{ lines: [{ level: 'log', text: 'first' }], dropped: 0 }]);
  for (let i = 0; i < 2000; i++) output.print('warn', String(i));
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(sent).toHaveLength(2);
  expect(sent[1]!.lines).toHaveLength(500);
  expect(sent[1]!.dropped).toBe(1500);
  output.print('log', 'x'.repeat(50_000));
  output.flush();
  expect(sent[2]!.lines[0]!.text.length).toBe(20_001);
});

test('the console keeps its newest messages, and counts the others', () => {
  const lines = Array.from({ length: 1500 }, (_, i) => ({ level: 'log', text: String(i) }) as const);
  const content = withMessages(withMessages(emptyConsole, lines, 20), [{ level: 'error', text: 'end' }]);
  expect(content.messages).toHaveLength(1000);
  expect(content.messages.at(-1)).toEqual({ id: 1500, level: 'error', text: 'end' });
  expect(content.leftOut).toBe(521);
});

test('a problem has the innermost line of the program', () => {
  const url = 'blob:http://page/1-2';
  const error = new TypeError('no tensor');
  error.stack = `TypeError: no tensor\n    at check (http://page/library/core.js:1:99)\n    at f (${url}:12:3)\n    at ${url}:40:1`;
  expect(problemOf(error, url)).toEqual({ message: 'TypeError: no tensor', line: 12 });
  error.stack = `check@http://page/library/core.js:1:99\nf@${url}:7:3`;
  expect(problemOf(error, url)).toEqual({ message: 'TypeError: no tensor', line: 7 });
  error.stack = 'TypeError: no tensor';
  expect(problemOf(error, url)).toEqual({ message: 'TypeError: no tensor', line: undefined });
  expect(problemOf('text', url)).toEqual({ message: 'thrown: text' });
});
