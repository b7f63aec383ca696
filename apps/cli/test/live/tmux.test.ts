import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { events } from '../process/events.ts';
import { newFolder, start, untilRunIsMade } from '../process/kindling.ts';
import { hasTmux, TmuxSession } from '../process/tmux.ts';

/** Trains until it is stopped: the tests see what they wait for, however slow the machine is. */
const endless = ['train', 'digits', '--set', 'data.train=320', '--set', 'data.test=32', '--epochs', '100000'];
const braille = /[\u2801-\u28ff]/;
const bar = /^epoch [\d,]+ of 100,000.* +\d+%/m;

const chartRows = (text: string): string[] => text.split('\n').filter((row) => /[│┤]/.test(row));

async function finished(cwd: string): Promise<Record<string, unknown>> {
  const log = join(cwd, 'runs', 'digits', 'events.jsonl');
  const last = () =>
    existsSync(log) ? events(readFileSync(log, 'utf8').replace(/[^\n]*$/, '')).at(-1) : undefined;
  await expect.poll(() => last()?.type, { timeout: 60_000 }).toBe('run-finished');
  return last()!;
}

describe.skipIf(!hasTmux)('the live view of train', () => {
  test.each([
    [80, 24, 12],
    [200, 50, 30],
  ])(
    'fills %i × %i with a chart, metrics and a bar, and leaves nothing behind',
    async (columns, rows, least) => {
      const cwd = await newFolder();
      using terminal = new TmuxSession(endless, { columns, rows, cwd });
      const screen = await terminal.until(/ steps\/s/);
      await expect.poll(() => terminal.isFullScreen, { timeout: 60_000 }).toBe(true);
      const live = await terminal.until(/^digits: .*on cpu/m);
      expect(screen).toMatch(bar);
      expect(live).toMatch(braille);
      expect(live).toMatch(/test loss \d\.\d+/);
      expect(live).toMatch(bar);
      const chart = chartRows(live);
      expect(chart.length).toBeGreaterThanOrEqual(least);
      expect(Math.max(...live.split('\n').map((row) => row.length))).toBeGreaterThan(columns - 10);
      terminal.press('C-c');
      expect(await terminal.code()).toBe(130);
      const left = terminal.text({ history: true });
      expect(terminal.isFullScreen).toBe(false);
      expect(left).not.toMatch(/[━╸⠁-⣿]/);
      expect(left).toMatch(
        /^digits: .*\nsaving a checkpoint; press Ctrl-C again to quit at once\nstopped after [\d,]+ steps/,
      );
    },
  );

  test('follows the size of the terminal while it is resized', async () => {
    const cwd = await newFolder();
    using terminal = new TmuxSession(endless, { columns: 80, rows: 24, cwd });
    await terminal.until(/│/);
    for (const [columns, rows] of [
      [60, 20],
      [120, 40],
      [50, 14],
    ] as const) {
      terminal.resize(columns, rows);
      await expect
        .poll(
          () => {
            const text = terminal.text().split('\n');
            const widest = Math.max(...text.map((row) => row.length));
            const bars = text.filter((row) => row.startsWith('epoch '));
            return text.length === rows && widest > columns - 6 && bars.length === 1;
          },
          { timeout: 60_000 },
        )
        .toBe(true);
    }
    // There is no room for a chart.
    terminal.resize(40, 8);
    await expect.poll(() => terminal.isFullScreen, { timeout: 60_000 }).toBe(false);
    terminal.resize(80, 24);
    await expect.poll(() => terminal.isFullScreen, { timeout: 60_000 }).toBe(true);
    terminal.press('C-c');
    expect(await terminal.code()).toBe(130);
    expect(terminal.text({ history: true })).not.toMatch(braille);
  });

  test('--progress bar shows the bar alone, plain lines, none nothing', async () => {
    for (const [view, expected] of [
      ['bar', /^epoch [\d,]+ of 100,000 ━.*ETA.*test loss/m],
      ['plain', /^epoch [\d,]+ of 100,000: train loss/m],
    ] as const) {
      const cwd = await newFolder();
      using terminal = new TmuxSession([...endless, '--progress', view], { columns: 140, rows: 24, cwd });
      await terminal.until(expected);
      expect(terminal.isFullScreen).toBe(false);
      terminal.press('C-c');
      expect(await terminal.code()).toBe(130);
    }
    const cwd = await newFolder();
    const short = ['train', 'xor', '--epochs', '301', '--progress', 'none'];
    using terminal = new TmuxSession(short, { columns: 140, rows: 50, cwd });
    expect(await terminal.code()).toBe(0);
    expect(terminal.text({ history: true })).toMatch(/^xor: 9 parameters .*\n/);
    expect(terminal.text({ history: true })).not.toMatch(/━|\d%/);
  });

  test('with stderr in a file, and with JSON lines on the terminal, has lines in its place', async () => {
    const cwd = await newFolder();
    using terminal = new TmuxSession(endless, {
      columns: 100,
      rows: 24,
      cwd,
      shell: 'trap : INT; % 2> notes',
    });
    const notes = () => readFileSync(join(cwd, 'notes'), 'utf8');
    await expect
      .poll(() => existsSync(join(cwd, 'notes')) && notes(), { timeout: 60_000 })
      .toMatch(/^epoch /m);
    expect(terminal.text()).toBe('');
    terminal.press('C-c');
    expect(await terminal.code()).toBe(130);
    expect(notes()).not.toContain('\x1b');

    using json = new TmuxSession([...endless, '--json'], { columns: 200, rows: 24, cwd });
    await json.until(/"type":"epoch","epoch":1?\d,/);
    expect(json.isFullScreen).toBe(false);
    json.press('C-c');
    expect(await json.code()).toBe(130);
  });

  test('a terminal that is closed ends the training after a checkpoint, with exit code 129', async () => {
    const cwd = await newFolder();
    {
      // A shell hands on the signal that it gets; the first wait is interrupted by it.
      const shell = '% & trap "kill -HUP $!" HUP; wait $!; wait $!; echo $? > code';
      using terminal = new TmuxSession(endless, { columns: 80, rows: 24, cwd, shell });
      await terminal.until(/│/);
    }
    expect(await finished(cwd)).toMatchObject({
      status: 'stopped',
      reason: expect.stringContaining('SIGHUP'),
    });
    await expect.poll(() => existsSync(join(cwd, 'code')), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => readFileSync(join(cwd, 'code'), 'utf8'), { timeout: 60_000 }).toBe('129\n');
    expect(existsSync(join(cwd, 'runs', 'digits', 'checkpoints', 'last.trainer.safetensors'))).toBe(true);
  });

  test('Ctrl-Z shows the shell, a job in the background draws nothing, and in the foreground the view comes again', async () => {
    const cwd = await newFolder();
    using terminal = new TmuxSession([], { columns: 80, rows: 24, cwd, shell: 'bash --norc --noprofile -i' });
    const command = [
      process.execPath,
      join(import.meta.dirname, '..', '..', 'bin', 'kindling.mjs'),
      ...endless,
    ];
    terminal.press(`env -u CI -u NO_COLOR ${command.join(' ')}`);
    terminal.press('Enter');
    await expect.poll(() => terminal.isFullScreen, { timeout: 60_000 }).toBe(true);
    terminal.press('C-z');
    await terminal.until(/Stopped/);
    expect(terminal.isFullScreen).toBe(false);
    const log = join(cwd, 'runs', 'digits', 'events.jsonl');
    const { size } = statSync(log);
    terminal.press('bg');
    terminal.press('Enter');
    await expect.poll(() => statSync(log).size, { timeout: 60_000 }).toBeGreaterThan(size + 20_000);
    expect(terminal.isFullScreen).toBe(false);
    terminal.press('fg');
    terminal.press('Enter');
    await expect.poll(() => terminal.isFullScreen, { timeout: 60_000 }).toBe(true);
    terminal.press('C-c');
    await terminal.until(/stopped after/);
    expect(terminal.text({ history: true })).not.toMatch(braille);
  });
});

describe.skipIf(!hasTmux)('watch on a terminal', () => {
  test('shows the same view of a run of another process; Ctrl-C ends the watching alone', async () => {
    const cwd = await newFolder();
    const training = start(endless, { cwd });
    try {
      await untilRunIsMade(cwd, 'digits');
      using terminal = new TmuxSession(['watch'], { columns: 80, rows: 24, cwd });
      const live = await terminal.until(/│(.|\n)*test loss \d(.|\n)*steps\/s/);
      expect(terminal.isFullScreen).toBe(true);
      expect(live).toMatch(/^digits: [\d,]+ parameters on cpu/);
      expect(live).toMatch(braille);
      terminal.press('C-c');
      expect(await terminal.code()).toBe(130);
      expect(terminal.text({ history: true })).toMatch(/^digits: no longer watched; the run continues/);
      expect(training.child.exitCode).toBe(null);
    } finally {
      training.child.kill('SIGKILL');
    }
    await training.ended;
  });
});
