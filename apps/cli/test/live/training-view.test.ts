import { PassThrough } from 'node:stream';
import { TrainingProgress } from '@kindling/train/internal/console';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveChart } from '../../src/live/live-chart.ts';
import { TrainingView } from '../../src/live/training-view.ts';
import { createOutput } from '../../src/terminal/output.ts';
import { displayWidth } from '../../src/terminal/text.ts';
import { panelsOf } from '../plot/panels.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const fullScreen = '\x1b[?1049h';
const esc = '\x1b';
const drawnRow = new RegExp(`${esc}\\[(\\d+);1H(.*?)${esc}\\[K`, 'g');
const colors = new RegExp(`${esc}\\[[\\d;]*m`, 'g');

/** A terminal of a size, and the rows that were drawn on its screen. */
function terminal(columns: number, rows: number) {
  const notes = Object.assign(new PassThrough(), {
    isTTY: true,
    columns,
    rows,
    getWindowSize: (): [number, number] => [columns, rows],
  });
  const screen = new Map<number, string>();
  const written = () => String(notes.read() ?? '');
  return {
    notes,
    written,
    rows(): string[] {
      for (const [, row, text] of written().matchAll(drawnRow)) {
        screen.set(Number(row), text!.replaceAll(colors, ''));
      }
      return [...screen].sort(([a], [b]) => a - b).map(([, text]) => text);
    },
  };
}

function viewOn({ notes }: ReturnType<typeof terminal>, title: string, chart?: LiveChart) {
  const progress = new TrainingProgress({ epochs: 4, steps: 40 });
  const view = new TrainingView(createOutput({ stderr: notes, env: {} }), { title, progress, chart });
  return { progress, view };
}

function chartOfLoss(): LiveChart {
  const chart = new LiveChart({ heldBack: 'test' });
  for (let step = 0; step < 20; step++) chart.addStep(step, 'loss', 1 / (1 + step));
  return chart;
}

describe('the view of a training', () => {
  test('is a bar for the first second, then the whole screen: title, chart, metrics and bar', () => {
    const screen = terminal(60, 16);
    const { progress, view } = viewOn(screen, 'digits: 10 parameters on cpu', chartOfLoss());
    progress.addStep({ step: 9, epoch: 0, loss: 0.5 } as never);
    view.update();
    const bar = screen.written();
    expect(bar).toContain('epoch');
    expect(bar).not.toContain(fullScreen);
    vi.advanceTimersByTime(1100);
    view.update();
    const rows = screen.rows();
    expect(rows[0]).toBe('digits: 10 parameters on cpu');
    expect(rows.some((row) => /[⠁-⣿]/.test(row))).toBe(true);
    expect(rows.at(-1)).toMatch(/^epoch .*loss 0\.5/);
    expect(rows).toHaveLength(16);
    view.close();
  });

  test('cuts its title to the columns that there are, wide letters too', () => {
    for (const title of ['x'.repeat(100), '학습'.repeat(30), `${'x'.repeat(58)}학`]) {
      const screen = terminal(60, 16);
      const { view } = viewOn(screen, title, chartOfLoss());
      vi.advanceTimersByTime(1100);
      view.update();
      const [first = ''] = screen.rows();
      expect(first).toBe(`${title.slice(0, first.length - 1)}…`);
      expect(displayWidth(first)).toBeLessThan(60);
      expect(displayWidth(first)).toBeGreaterThan(56);
      view.close();
    }
  });

  test('has the metrics that fit in a row, whole', () => {
    const screen = terminal(60, 16);
    const { progress, view } = viewOn(screen, 'digits', chartOfLoss());
    const validation = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`score-${i}`, i]));
    progress.addEpoch({ epoch: 0, step: 10, train: { loss: 0.25 }, validation } as never);
    vi.advanceTimersByTime(1100);
    view.update();
    const row = screen.rows().find((text) => text.includes('score-0')) ?? '';
    expect(row).toMatch(
      /^(validation score-\d \d\.\d+ {2}){1,2}?validation score-\d \d\.\d+$|^.*score-\d \d\.\d+$/,
    );
    expect(row).not.toContain('score-8');
    expect(row.length).toBeLessThan(60);
    expect(row).not.toMatch(/^ /);
    view.close();
  });

  test('has no chart where there is no room, and none after it was closed', () => {
    const small = terminal(39, 16);
    const { view } = viewOn(small, 'digits', chartOfLoss());
    vi.advanceTimersByTime(1100);
    view.update();
    expect(small.written()).not.toContain(fullScreen);
    view.close();
    small.written();
    vi.advanceTimersByTime(1100);
    view.update();
    expect(small.written()).toBe('');
  });
});

describe('the live chart', () => {
  const metricsOf = (chart: LiveChart): string[] => {
    const drawn = chart.draw();
    if (drawn === undefined) return [];
    return panelsOf(drawn).flatMap(({ series }) => series.map(({ name }) => name));
  };
  const logged = (...metrics: readonly string[]): LiveChart => {
    const chart = new LiveChart({ heldBack: 'test' });
    for (const metric of metrics) for (const step of [0, 1, 2]) chart.addStep(step, metric, step);
    return chart;
  };

  test('shows the loss alone where there is one', () => {
    const text = JSON.stringify(logged('accuracy', 'loss').draw());
    expect(text).toContain('"loss"');
    expect(text).not.toContain('accuracy');
  });

  test('shows the metrics of the first prefix otherwise, four at most', () => {
    const names = metricsOf(logged('loss/generator', 'score', 'loss/discriminator')).join();
    expect(names).toContain('generator');
    expect(names).toContain('discriminator');
    expect(names).not.toContain('score');
    const many = metricsOf(logged('a/1', 'a/2', 'a/3', 'a/4', 'a/5')).join();
    expect(many).toContain('4');
    expect(many).not.toContain('5');
  });

  test('is none before two points', () => {
    const chart = new LiveChart({ heldBack: 'test' });
    expect(chart.draw()).toBeUndefined();
    chart.addStep(0, 'loss', 1);
    expect(chart.draw()).toBeUndefined();
    chart.addEpoch(1, { loss: 2 });
    expect(chart.draw()).toBeUndefined();
    chart.addEpoch(2, { loss: 1 });
    expect(chart.draw()).toBeDefined();
  });
});
