import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { FullScreen } from '../../src/live/full-screen.ts';

function terminal(columns = 40, rows = 10) {
  const size = { columns, rows };
  const stream = Object.assign(new PassThrough(), {
    getWindowSize: (): [number, number] => [size.columns, size.rows],
  });
  return { size, stream, written: () => String(stream.read() ?? '') };
}

const screens: FullScreen[] = [];
function screenOn(stream: PassThrough): FullScreen {
  const screen = new FullScreen(stream);
  screens.push(screen);
  return screen;
}
afterEach(() => {
  for (const screen of screens.splice(0)) screen.leave();
  vi.restoreAllMocks();
});

test('writes rows that have changed, and all where the size has', () => {
  const { size, stream, written } = terminal();
  const screen = screenOn(stream);
  screen.draw(['a', 'b', 'c']);
  const first = written();
  expect(first.startsWith('\x1b[?1049h')).toBe(true);
  expect(first).toContain('\x1b[1;1Ha\x1b[K\x1b[2;1Hb\x1b[K\x1b[3;1Hc\x1b[K');
  screen.draw(['a', 'B', 'c']);
  expect(written()).toBe('\x1b[?2026h\x1b[2;1HB\x1b[K\x1b[?2026l');
  screen.draw(['a', 'B', 'c']);
  expect(written()).toBe('');
  screen.draw(['a']);
  expect(written()).toBe('\x1b[?2026h\x1b[2;1H\x1b[J\x1b[?2026l');
  size.columns = 30;
  screen.draw(['a']);
  expect(written()).toContain('\x1b[2J\x1b[1;1Ha');
});

test('is left once, with the process too, and can be shown again', () => {
  const { stream, written } = terminal();
  const screen = screenOn(stream);
  const listeners = () =>
    ['exit', 'uncaughtExceptionMonitor', 'SIGTSTP'].map((name) => process.listenerCount(name));
  const before = listeners();
  screen.leave();
  expect(written()).toBe('');
  screen.draw(['a']);
  expect(screen.isShown).toBe(true);
  expect(listeners()).toEqual(before.map((count) => count + 1));
  written();
  screen.leave();
  screen.leave();
  expect(written()).toBe('\x1b[2J\x1b[?7h\x1b[?25h\x1b[?1049l');
  expect(listeners()).toEqual(before);
  screen.draw(['a']);
  expect(written()).toContain('\x1b[?1049h');
});

test('shows nothing that a terminal obeys but colours', () => {
  const { stream, written } = terminal();
  screenOn(stream).draw(['\x1b[31mred\x1b[39m \x1b[2J\x07']);
  expect(written()).toContain('\x1b[31mred\x1b[39m \\x1b[2J\\x07');
});
