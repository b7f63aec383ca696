import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Batch, ConsoleLogger, type ConsoleStream, Trainer } from '../../src/index.ts';
import { line, setUp } from '../trainer/set-up.ts';

/** A stream that keeps what is written. */
function stream(options: Partial<ConsoleStream> = {}) {
  const written: string[] = [];
  return {
    written,
    text: () => written.join(''),
    stream: { ...options, write: (text: string) => void written.push(text) },
  };
}

let now = 0;
beforeEach(() => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  for (const name of ['CI', 'NO_COLOR']) vi.stubEnv(name, '');
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A fit of 3 epochs of 6 steps, where each step takes so long. */
async function fit(logger: ConsoleLogger, milliseconds: number): Promise<void> {
  const { trainer, batches, validation } = setUp();
  const clock = {
    name: 'clock',
    interval: 1,
    onTrainBatchEnd: () => {
      now += milliseconds;
    },
  };
  await trainer.fit(batches, { epochs: 3, validation, callbacks: [clock, logger] });
}

test('a terminal has a bar with the latest metrics, and a line at the end', async () => {
  const { written, text, stream: terminal } = stream({ isTTY: true, columns: 140 });
  await fit(new ConsoleLogger({ stream: terminal }), 100);
  expect(written.slice(0, -2)).toHaveLength(18);
  for (const draw of written.slice(0, -2)) {
    expect(draw.startsWith('\r')).toBe(true);
    expect(draw).not.toContain('\n');
  }
  expect(written[11]).toMatch(
    /^\repoch 2 of 3 .*━.* 66% {2}loss \d\.\d{7} {2}ETA 0:01 {2}validation loss \d\.\d+ {2}10 steps\/s.\[0m.\[K$/,
  );
  expect(written.at(-2)).toBe('\r\x1b[K');
  expect(written.at(-1)).toMatch(
    /^completed after 18 steps in 1\.8 s: train loss \d\.\d{7}, validation loss \d\.\d{7}\n$/,
  );
  expect(text().split('\n')).toHaveLength(2);
});

test('a bar is drawn every 100 ms at most, and is no wider than the terminal', async () => {
  const { written, stream: terminal } = stream({ isTTY: true, columns: 40 });
  await fit(new ConsoleLogger({ stream: terminal }), 30);
  const draws = written.slice(0, -2);
  expect(draws).toHaveLength(5);
  const colors = new RegExp(`${String.fromCharCode(27)}\\[\\d*[mK]|\\r`, 'g');
  for (const draw of draws) expect(draw.replace(colors, '').length).toBeLessThan(40);
});

test.each([
  ['no terminal', {}, {}],
  ['NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
  ['CI', { isTTY: true }, { CI: 'true' }],
  ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
])('with %s there are plain lines', async (_, options, env) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { text, stream: plain } = stream(options);
  await fit(new ConsoleLogger({ stream: plain }), 400);
  expect(text()).toMatch(
    /^epoch 1 of 3: train loss \d\.\d{7}, validation loss \d\.\d{7} \(2\.4 s\)\nepoch 2 of 3: .*\nepoch 3 of 3: .*\ncompleted after 18 steps in 7\.2 s: train loss .*\n$/,
  );
});

test('without a terminal, short epochs give no lines, and long ones some within', async () => {
  const short = stream();
  await fit(new ConsoleLogger({ stream: short.stream }), 10);
  expect(short.text()).toMatch(/^completed after 18 steps [^\n]*\n$/);
  const long = stream();
  await fit(new ConsoleLogger({ stream: long.stream }), 6000);
  expect(long.text()).toMatch(/^epoch 1 of 3, step 3 of 18: loss \d\.\d{7}, 1 min 30 s left\n/);
});

test('quiet writes nothing', async () => {
  for (const isTTY of [true, false]) {
    const { written, stream: terminal } = stream({ isTTY });
    await fit(new ConsoleLogger({ stream: terminal, quiet: true }), 5000);
    expect(written).toEqual([]);
  }
});

test('batches of an unknown number have neither a bar nor a time that is left', async () => {
  const { model, optimizer, batches } = line();
  const mse = (output: Batch[0], target: Batch[1]) => output.sub(target).square().mean();
  const trainer = new Trainer({ model, loss: mse, optimizer });
  expect([trainer.epochs, trainer.steps]).toEqual([0, undefined]);
  const { written, stream: terminal } = stream({ isTTY: true });
  const unknown = {
    *[Symbol.iterator]() {
      yield* batches;
    },
  };
  await trainer.fit(unknown, { epochs: 2, callbacks: [new ConsoleLogger({ stream: terminal })] });
  expect([trainer.epochs, trainer.steps]).toEqual([2, undefined]);
  expect(written[0]).toMatch(/^\repoch 1 of 2 {2}loss \d+\.\d{7}.\[K$/);
  await trainer.fit(batches, { epochs: 4, maxSteps: 3 });
  expect([trainer.epochs, trainer.steps]).toEqual([4, 3]);
});

test('names cannot make a terminal do anything, and arguments are checked', async () => {
  const { model, optimizer, batches } = line();
  const metric = { update: () => undefined, compute: () => 1, reset: () => undefined };
  const trainer = new Trainer({
    model,
    loss: (output, target) => output.sub(target).square().mean(),
    optimizer,
    metrics: { 'a\x1b[2Jb': metric as never },
  });
  const { text, stream: plain } = stream();
  await trainer.fit(batches, {
    epochs: 1,
    validation: batches,
    callbacks: [new ConsoleLogger({ stream: plain })],
  });
  expect(text()).toContain('validation a\\x1b[2Jb 1.0000000');
  expect(text()).not.toContain('\x1b');

  expect(() => new ConsoleLogger({ quiet: 'yes' } as never)).toThrow('ConsoleLogger: expected quiet');
  expect(() => new ConsoleLogger({ stream: {} } as never)).toThrow(
    'expected a stream to write to, got an object',
  );
  expect(() => new ConsoleLogger({ silent: true } as never)).toThrow('ConsoleLogger: expected options');
});
