import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProgressLines, RedrawnLine, TrainingProgress, terminalSize } from '../src/console.ts';

describe('the progress of a training', () => {
  /** Steps of a quarter of a second, up to the seventh of ten. */
  function running(extent = {}): TrainingProgress {
    const progress = new TrainingProgress({ epochs: 2, steps: 10, ...extent }, { heldBack: 'test' });
    for (let step = 0; step < 7; step++) {
      progress.addStep({ step, epoch: step < 5 ? 0 : 1, loss: 1 / (1 + step) }, step / 4);
    }
    return progress;
  }
  const epoch = { epoch: 0, train: { loss: 0.4, accuracy: 0.9 }, validation: { loss: 0.5 }, seconds: 1.25 };

  test('is nothing before the first step', () => {
    const progress = new TrainingProgress({});
    expect([progress.bar([]), progress.facts, progress.stepLine, progress.epochLine]).toEqual([
      undefined,
      [],
      '',
      '',
    ]);
  });

  test('in words', () => {
    const progress = running();
    expect(progress.pace).toEqual(['ETA 0:01', '4 steps/s']);
    expect(progress.stepLine).toBe('epoch 2 of 2, step 7 of 10: loss 0.1428571, 0.8 s left');
    progress.addEpoch(epoch);
    expect(progress.epochLine).toBe(
      'epoch 1 of 2: train loss 0.4000000, train accuracy 0.9000, test loss 0.5000000 (1.3 s)',
    );
    expect(progress.latest).toEqual(['test loss 0.5000000', 'train accuracy 0.9000']);
    expect(progress.facts).toEqual(['loss 0.1428571', 'ETA 0:01', ...progress.latest, '4 steps/s']);
    expect(progress.bar(['a'])).toEqual({ label: 'epoch 2 of 2', done: 7, total: 10, facts: ['a'] });
  });

  test('says how long an epoch took where one could have noticed', () => {
    const progress = running();
    progress.addEpoch({ epoch: 0, train: { loss: 0.5 }, seconds: 0.04 });
    expect(progress.epochLine).toBe('epoch 1 of 2: train loss 0.5000000');
  });

  test('knows no pace from one moment', () => {
    const progress = new TrainingProgress({ steps: 10 });
    progress.addStep({ step: 0, epoch: 0, loss: 1 }, 5);
    progress.addStep({ step: 1, epoch: 0, loss: 1 }, 5);
    expect(progress.pace).toEqual([]);
  });

  test('of an unknown length, and with metrics in place of a loss', () => {
    const progress = running({ epochs: undefined, steps: undefined });
    expect(progress.pace).toEqual(['4 steps/s']);
    expect(progress.facts).toEqual(['loss 0.1428571', '4 steps/s']);
    expect(progress.stepLine).toBe('epoch 2, step 7: loss 0.1428571');
    progress.addStep({ step: 7, epoch: 1, metrics: { 'a\x1b[2J': 2 } }, 1.75);
    expect([progress.lossText, progress.latest]).toEqual([undefined, ['a\\x1b[2J 2.0000000']]);
    progress.extent = { steps: 9 };
    expect(progress.stepLine).toBe('epoch 2, step 8 of 9: 0.3 s left');
  });
});

describe('lines of progress', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('come after an epoch every 2 s at most, and within one every 15 s', () => {
    const progress = new TrainingProgress({ epochs: 9 });
    progress.addStep({ step: 0, epoch: 0, loss: 1 });
    progress.addEpoch({ epoch: 0, train: { loss: 1 }, seconds: 0 });
    const written: string[] = [];
    const lines = new ProgressLines(progress, (line) => written.push(`${now} ${line.split(':')[0]}`));
    for (now = 0; now <= 40_000; now += 500) {
      lines.onStep();
      if (now === 1500 || now === 2500 || now === 4000) lines.onEpoch();
    }
    expect(written).toEqual([
      '2500 epoch 1 of 9',
      '17500 epoch 1 of 9, step 1',
      '32500 epoch 1 of 9, step 1',
    ]);
  });
});

describe('a line that is redrawn', () => {
  test('begins where it began, also where a narrower terminal has broken it', () => {
    const written: string[] = [];
    const stream = { columns: 80, write: (text: string) => written.push(text) };
    const line = new RedrawnLine(stream);
    line.clear();
    line.draw(`\x1b[36m${'━'.repeat(70)}\x1b[39m`);
    stream.columns = 30;
    line.draw('b');
    line.clear();
    line.clear();
    expect(written).toEqual([
      `\r\x1b[36m${'━'.repeat(70)}\x1b[39m\x1b[0m\x1b[K`,
      '\r\x1b[2A\x1b[Jb\x1b[K',
      '\r\x1b[K',
    ]);
    expect(line.columns).toBe(29);
  });

  test('shows no other sequence than colours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let written = '';
        new RedrawnLine({ write: (part: string) => (written += part) }).draw(text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the line's own
        expect(written.replace(/^\r|\x1b\[[\d;]*m|\x1b\[K$/g, '')).not.toMatch(/[^\P{Cc}\n\t]/u);
      }),
    );
  });
});

test('the size of a terminal is asked for, and has a default', () => {
  const write = () => true;
  expect(terminalSize({ write })).toEqual({ columns: 80, rows: 24 });
  expect(terminalSize({ write, columns: 50, rows: 9 })).toEqual({ columns: 50, rows: 9 });
  expect(terminalSize({ write, columns: 50, rows: 9, getWindowSize: () => [60, 10] })).toEqual({
    columns: 60,
    rows: 10,
  });
  const closed = () => {
    throw new Error('EIO');
  };
  expect(terminalSize({ write, columns: 50, rows: 9, getWindowSize: closed })).toEqual({
    columns: 50,
    rows: 9,
  });
});
