import { PassThrough } from 'node:stream';
import {
  formatBytes,
  formatClock,
  formatLoss,
  formatMetric,
  formatMoment,
  formatSeconds,
  progressText,
  Rate,
} from '@kindling/train/internal/console';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOutput, type Output } from '../../src/terminal/output.ts';
import { table } from '../../src/terminal/table.ts';

describe('numbers', () => {
  test.each([
    [0.7434073090553284, '0.7434073'],
    [0.0012345, '0.0012345'],
    [1.12909730181823, '1.1290973'],
    [0, '0.0000000'],
    [3.2e-6, '3.2000e-6'],
    [1_234_567, '1.2346e+6'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('a loss of %f is %s', (value, text) => {
    expect(formatLoss(value)).toBe(text);
  });

  test('an accuracy has four decimals', () => {
    expect(formatMetric('accuracy', 0.653491437)).toBe('0.6535');
    expect(formatMetric('loss', 0.653491437)).toBe('0.6534914');
  });

  test.each([
    [7.4, '0:07'],
    [59.6, '1:00'],
    [723, '12:03'],
    [3723, '1:02:03'],
  ])('a clock of %f s shows %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });

  test.each([
    [0.44, '0.4 s'],
    [9.97, '10 s'],
    [185, '3 min 5 s'],
    [7800, '2 h 10 min'],
  ])('%f s are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test.each([
    [281, '281 B'],
    [4542, '4.5 kB'],
    [999_600, '1.0 MB'],
    [9_912_422, '9.9 MB'],
    [130e9, '130 GB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('a moment is in local time', () => {
    const moment = new Date(2026, 10, 21, 8, 5, 59).getTime();
    expect(formatMoment(moment)).toBe('2026-11-21 08:05');
  });
});

describe('a table', () => {
  test('has numbers on the right and words on the left', () => {
    expect(
      table(
        ['name', 'steps', 'loss'],
        [
          ['a', 10, '0.5'],
          ['long', 9, '12.5'],
        ],
        { numeric: ['loss'] },
      ),
    ).toBe(['name  steps  loss', '────  ─────  ────', 'a        10   0.5', 'long      9  12.5'].join('\n'));
  });

  test('counts two columns for a Korean letter', () => {
    expect(table(['열', 'x'], [['가나', 'b']])).toBe('열    x\n────  ─\n가나  b');
  });

  test('has the words of its last column go on in further lines, whole', () => {
    const text = 'one two three four five six';
    expect(table(['n', 'words'], [[1, text]], { width: 30 })).toBe(
      ['n  words', `─  ${'─'.repeat(27)}`, `1  ${text}`].join('\n'),
    );
    expect(
      table(['n', 'words'], [[1, text]], { width: 28 })
        .split('\n')
        .slice(2),
    ).toEqual(['1  one two three four five', '   six']);
  });

  test('without rows is its header', () => {
    expect(table(['a'], [])).toBe('a\n─');
  });
});

const colors = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const plain = (text: string): string => text.replace(colors, '');

describe('a progress line', () => {
  const progress = {
    label: 'epoch 3/10',
    done: 1234,
    total: 4700,
    facts: ['loss 0.12', '300 steps/s', 'ETA 0:12'],
  };

  test('shows label, bar, share and facts', () => {
    expect(plain(progressText(progress, 80))).toBe(
      `epoch 3/10 ${'━'.repeat(7)}╸${'━'.repeat(22)}  26%  loss 0.12  300 steps/s  ETA 0:12`,
    );
  });

  test('never leaves its line, and gives up facts before the bar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(5000), (columns, done) => {
        expect(plain(progressText({ ...progress, done }, columns)).length).toBeLessThanOrEqual(columns);
      }),
    );
    const narrow = plain(progressText(progress, 40));
    expect(narrow).toContain('━');
    expect(narrow).not.toContain('ETA');
  });

  test('without a total there is no bar', () => {
    expect(progressText({ label: 'a', done: 3, facts: ['3 B'] }, 40)).toBe('a  3 B');
  });
});

describe('a rate', () => {
  test('is that of a steady motion', () => {
    const rate = new Rate();
    for (let second = 0; second <= 10; second++) rate.add(30 * second, second);
    expect(rate.perSecond).toBeCloseTo(30);
  });

  test('forgets the past', () => {
    const rate = new Rate(2);
    for (let second = 0; second <= 10; second++) rate.add(second, second);
    for (let second = 11; second <= 30; second++) rate.add(10 + 50 * (second - 10), second);
    expect(rate.perSecond).toBeCloseTo(50, 1);
  });

  test('is unknown at first', () => {
    const rate = new Rate();
    rate.add(5, 1);
    expect(rate.perSecond).toBeUndefined();
  });
});

describe('an output', () => {
  class Screen extends PassThrough {
    readonly isTTY: boolean;
    readonly columns: number;
    constructor(isTTY: boolean, columns = 100) {
      super();
      this.isTTY = isTTY;
      this.columns = columns;
    }
    get text(): string {
      return String(this.read() ?? '');
    }
  }

  test('under --json prints records and nothing else', () => {
    const [stdout, stderr] = [new Screen(false), new Screen(false)];
    const output = createOutput({ json: true, stdout, stderr, env: {} });
    output.print('a table');
    output.emit({ type: 'step', loss: Number.NaN, lr: 0.1 });
    output.note('a note');
    expect(stdout.text).toBe('{"type":"step","loss":"NaN","lr":0.1}\n');
    expect(stderr.text).toBe('a note\n');
  });

  test.each([
    [{}, true, true],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ CI: 'true' }, true, false],
    [{ CI: 'false' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{}, false, false],
  ])('with %j on a terminal (%s) is lively: %s', (env, isTTY, lively) => {
    const screen = new Screen(isTTY);
    const output = createOutput({ stdout: screen, stderr: screen, env });
    expect([output.lively, output.color]).toEqual([lively, lively]);
  });

  test('takes the width of the terminal, and no more than can be read', () => {
    const output = (columns: number): Output =>
      createOutput({ stdout: new Screen(true, columns), stderr: new Screen(true), env: {} });
    expect([output(72).columns, output(300).columns]).toEqual([72, 120]);
    expect(output(72).width).toBe(72);
    const piped = createOutput({
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      env: { COLUMNS: '66' },
    });
    expect([piped.columns, piped.width]).toEqual([66, Number.POSITIVE_INFINITY]);
    expect(output(72).screen).toEqual({ columns: 72, rows: 24 });
    expect(piped.screen).toEqual({ columns: 66, rows: Number.POSITIVE_INFINITY });
  });

  test.each([
    [{ COLUMNS: '72' }, true, 72],
    [{}, false, Number.POSITIVE_INFINITY],
  ])('takes what Open MPI gives a process with %j for a terminal: %s', (given, color, width) => {
    const env = { OMPI_COMM_WORLD_RANK: '0', ...given };
    const output = createOutput({ stdout: new Screen(true, 0), stderr: new PassThrough(), env });
    expect([output.color, output.width]).toEqual([color, width]);
  });
});
