import { describe, expect, it } from 'vitest';
import {
  barChart,
  type ChartOption,
  decisionBoundary,
  type FigureOption,
  imageGrid,
  renderTerminal,
  scatter,
  trainingCurve,
} from '../src/index.ts';
import { DotGrid } from '../src/terminal/dot-grid.ts';
import { fitting } from '../src/terminal/head.ts';
import { colorCode, nearestColor } from '../src/terminal/terminal-color.ts';
import { displayWidth } from '../src/text/glyph.ts';
import { sampleCharts } from './samples.ts';

const esc = String.fromCharCode(27);
const plain = (text: string) =>
  text
    .split(esc)
    .map((part, i) => (i === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
    .join('');

describe('details of a terminal', () => {
  const labelsOf = (lines: readonly string[]) => lines.at(-2)!;

  it('leaves a space at least between the labels of an axis', () => {
    for (let width = 20; width < 90; width++) {
      const x = [1_000_000, 1_000_004];
      const lines = plain(renderTerminal(scatter({ x, target: [1, 2] }), { width, height: 12 })).split('\n');
      const labels = labelsOf(lines).trim().split(/ +/);
      for (const label of labels) expect(label, lines.join('\n')).toMatch(/^10000\d\d(\.\d)?$/);
    }
  });

  it('goes on with a dash where one piece of a line meets the next', () => {
    const points = Array.from({ length: 60 }, (_, i) => i);
    const dashed = (steps: readonly number[]): string => {
      const option = trainingCurve({
        step: steps,
        train: { loss: steps.map(() => 1) },
        validation: { loss: steps.map(() => 2) },
      });
      return plain(renderTerminal(option, { width: 70, height: 12, color: true }));
    };
    const rows = (text: string): string[] =>
      text.split('\n').filter((line) => /[\u2801-\u28ff]/.test(line.slice(8)));
    // Many short pieces draw what one long piece draws.
    expect(rows(dashed(points))).toEqual(rows(dashed([0, 59])));
  });

  it('takes the nearest of 256 colours: a grey for greys alone', () => {
    expect(['#000000', '#808080', '#ffffff'].map(nearestColor)).toEqual([16, 244, 231]);
    // Two channels alike are no grey.
    expect(['#808000', '#008080', '#800080'].map(nearestColor)).toEqual([100, 30, 90]);
  });

  const gridOf = (pixels: readonly number[]) => imageGrid({ pixels, width: 2, height: 2 }) as FigureOption;

  it('shows the mean of pixels that share a cell', () => {
    const drawn = (pixels: readonly number[]) => renderTerminal(gridOf(pixels), { width: 1, height: 1 });
    expect(drawn([0, 255, 255, 0])).toBe('▒');
    expect(drawn([255, 255, 255, 255])).toBe('█');
  });

  it('draws a field alike wherever its edges are', () => {
    const grid = gridOf([0, 64, 128, 255]);
    const moved = (chart: ChartOption): ChartOption => ({
      ...chart,
      series: chart.series.map((one) =>
        one.type === 'field'
          ? { ...one, xEdges: one.xEdges.map((x) => x + 5), yEdges: one.yEdges.map((y) => y - 7) }
          : one,
      ),
    });
    const size = { width: 10, height: 4 };
    const other = { ...grid, panels: grid.panels.map(moved) };
    expect(renderTerminal(other, size)).toBe(renderTerminal(grid, size));
  });

  it('gives up names of axes where rows are few: first that of x, then that of y', () => {
    const lines = (height: number) =>
      renderTerminal(trainingCurve({ step: [0, 1], train: { loss: [2, 1] } }), { width: 40, height });
    const named = (height: number) => [/step/.test(lines(height)), /loss/.test(lines(height))];
    expect([7, 6, 5].map(named)).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  it('shortens a name of a legend so that its mark fits beside it', () => {
    const name = 'a name that is longer than the page is wide';
    const option = trainingCurve([
      { run: name, step: [0, 1], train: { loss: [2, 1] } },
      { run: 'b', step: [0, 1], train: { loss: [3, 1] } },
    ]);
    const lines = renderTerminal(option, { width: 24, height: 12 }).split('\n');
    const entry = lines.find((line) => line.includes('a name'))!;
    expect(entry).toBe('⠒⠒⠒ a name tha…e is wide');
    expect(displayWidth(entry)).toBe(24);
  });

  it('gives up notes but the first, then that, before its title', () => {
    const rows = (...texts: string[]) => texts.map((text) => [{ column: 0, text }]);
    const parts = {
      title: rows('title'),
      notes: rows('first', 'second', 'third'),
      legend: rows('legend'),
      key: rows('key'),
      columns: 20,
    };
    const shown = (height: number) => fitting(parts, height, 2).map(([piece]) => piece!.text);
    expect(shown(8)).toEqual(['title', 'first', 'second', 'third', 'legend', 'key']);
    expect(shown(7)).toEqual(['title', 'first', 'legend', 'key']);
    expect(shown(6)).toEqual(['title', 'first', 'legend', 'key']);
    expect(shown(5)).toEqual(['title', 'legend', 'key']);
    expect(shown(4)).toEqual(['legend', 'key']);
  });

  it('shows a bar of a cell for a small negative value, left of the line of 0', () => {
    const bars = barChart({ labels: ['a', 'b', 'c'], values: [-0.001, -1, 1] });
    const lines = plain(renderTerminal(bars, { width: 40, height: 5 })).split('\n');
    const [small, large, positive] = ['a', 'b', 'c'].map(
      (name) => lines.find((line) => line.startsWith(name))!,
    );
    expect(small!.match(/█/g)).toHaveLength(1);
    expect(small!.indexOf('█')).toBe(large!.lastIndexOf('█'));
    expect(small!.indexOf('█')).toBe(positive!.indexOf('█') - 1);
  });

  it('shows a legend whole where it fits, and gives up the key of colours before it', () => {
    const lines = renderTerminal(sampleCharts['decision-boundary']!(), { width: 40, height: 4 }).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('o 0   + 1   x score = 0.5');
    expect(lines.join('\n')).not.toContain('░░░▒▒▒▓▓▓███');
  });

  it('gives up nothing of its head that fits', () => {
    const first = (height: number) =>
      renderTerminal(sampleCharts['decision-boundary']!(), { width: 40, height }).split('\n')[0];
    expect([first(8), first(7)]).toEqual(['XOR', 'o 0   + 1   x score = 0.5']);
  });

  it('draws the average alone where measured values would have its look', () => {
    const step = [0, 1, 2, 3];
    const smoothed = trainingCurve({ step, train: { loss: [4, 1, 3, 0] } }, { smoothing: 0.6 });
    const average = { ...smoothed, series: smoothed.series.filter((one) => !('z' in one) || one.z > 2) };
    const size = { width: 40, height: 10 };
    expect(average.series).toHaveLength(1);
    const drawn = (chart: typeof smoothed, color: boolean) =>
      plain(renderTerminal(chart, { ...size, color }));
    expect(drawn(smoothed, false)).toBe(renderTerminal(smoothed, size));
    expect(drawn(smoothed, true)).not.toBe(drawn(smoothed, false));
  });

  it('shows in the legend which lines are dashed', () => {
    const option = trainingCurve({
      step: [0, 1, 2],
      train: { loss: [3, 2, 1], accuracy: [0.1, 0.5, 0.9] },
    });
    const [legend] = plain(renderTerminal(option, { width: 60, height: 12, color: true })).split('\n');
    expect(legend).toBe('⠒⠒⠒ loss   ⠒ ⠒ accuracy');
  });

  it('keeps the sides of an image that has to shrink', () => {
    const pixels = Array.from({ length: 28 * 28 }, (_, i) => i % 256);
    const grid = imageGrid({ pixels, width: 28, height: 28 });
    const lines = renderTerminal(grid, { width: 14, height: 40 }).split('\n');
    // Two pixels in a column and, as half blocks, two by two in a row.
    expect(lines.filter((line) => /[░▒▓█]/.test(line))).toHaveLength(7);
  });

  it('fills half a character where a field has no value in the other half', () => {
    const option = decisionBoundary({
      x: [0, 1],
      y: [0, 1, 2, 3],
      scores: [0, 0, 1, 1, Number.NaN, 0, 1, 1],
    });
    const text = renderTerminal(option, { width: 30, height: 10, color: 16777216 });
    const [style] = text.split(esc).flatMap((part) => /^\[([\d;]*)m▄+$/.exec(part)?.[1] ?? []);
    // A colour, and none behind it.
    expect(style).toMatch(/^38;2;\d+;\d+;\d+$/);
    const [both] = text.split(esc).flatMap((part) => /^\[([\d;]*)m▀+$/.exec(part)?.[1] ?? []);
    expect(both).toMatch(/^38;2;\d+;\d+;\d+(;48;2;\d+;\d+;\d+)?$/);
    expect(text).toMatch(/;48;2;\d+;\d+;\d+m▀/);
  });
});

describe('dots', () => {
  const pictureOf = (draw: (grid: DotGrid) => void) => {
    const grid = new DotGrid(6, 3);
    draw(grid);
    return [0, 1, 2]
      .map((row) =>
        [0, 1, 2, 3, 4, 5].map((column) => String.fromCharCode(0x2800 + grid.pattern(column, row))).join(''),
      )
      .join('\n');
  };
  const empty = pictureOf(() => {});

  it('are drawn of the part of a line that lies inside', () => {
    const inside = pictureOf((grid) => grid.line(0, 0.5, 1, 1));
    expect(inside).not.toBe(empty);
    expect(pictureOf((grid) => grid.line(-1, 0, 1, 1))).toBe(inside);
    expect(pictureOf((grid) => grid.line(1, 1, -1, 0))).toBe(inside);
    for (const [x0, y0, x1, y1] of [
      [-1, 2, 2, 2],
      [-1, -0.5, 2, -0.5],
      [-0.5, 0, -0.5, 1],
      [2, 0, 2, 1],
    ] as const) {
      expect(pictureOf((grid) => grid.line(x0, y0, x1, y1))).toBe(empty);
    }
  });

  it('are not drawn of points outside', () => {
    for (const [x, y] of [
      [-0.1, 0.5],
      [1.1, 0.5],
      [0.5, -0.1],
      [0.5, 1.1],
    ] as const) {
      expect(pictureOf((grid) => grid.point(x, y))).toBe(empty);
      expect(pictureOf((grid) => grid.spot(x, y))).toBe(empty);
    }
  });
});

describe('colours of the 256', () => {
  const levels = [0, 95, 135, 175, 215, 255];
  const hex = (channels: readonly number[]) =>
    `#${channels.map((level) => level.toString(16).padStart(2, '0')).join('')}`;

  it('are each the nearest to themselves', () => {
    for (const [red, green, blue] of [
      [0, 1, 2],
      [3, 4, 5],
      [5, 0, 1],
      [1, 2, 0],
    ] as const) {
      const code = 16 + 36 * red + 6 * green + blue;
      expect(nearestColor(hex([levels[red]!, levels[green]!, levels[blue]!]))).toBe(code);
    }
    // 47 is nearer to 0 than to 95, 48 is not; 114 is nearer to 95 than to 135.
    expect(nearestColor(hex([0, 47, 255]))).toBe(21);
    expect(nearestColor(hex([0, 48, 255]))).toBe(27);
    expect(nearestColor(hex([0, 114, 255]))).toBe(27);
  });

  it('become those of 16 that look alike', () => {
    expect([196, 21, 226, 255, 16].map((code) => colorCode(code, 16, false))).toEqual([
      '91',
      '34',
      '93',
      '37',
      '30',
    ]);
  });

  it('fill the cells of a matrix to their right edge', () => {
    const lines = renderTerminal(sampleCharts['confusion-matrix']!(), { color: 256 }).split('\n');
    expect(lines.slice(-3).every((line) => line.endsWith(` ${esc}[0m`))).toBe(true);
    expect(new Set(lines.slice(-3).map((line) => displayWidth(plain(line)))).size).toBe(1);
  });
});
