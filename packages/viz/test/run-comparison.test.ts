import { describe, expect, it } from 'vitest';
import { renderHtml } from '../src/html/render-html.ts';
import { compareTable, parallelCoordinates, renderTerminal } from '../src/index.ts';
import { renderSvg } from '../src/svg/render-svg.ts';
import { parseXml } from './xml.ts';

const settings = { lr: [0.1, 0.001, 0.01], activation: ['relu', 'tanh', 'relu'], seed: [1, 2, 3] };
const runs = ['a', 'b', 'c'];

describe('parallelCoordinates', () => {
  const draw = () => parallelCoordinates({ settings, target: [0.3, 0.1, 0.2], runs });

  it('has an axis for each setting and one for the target, of the kind of its values', () => {
    expect(draw().parallelAxis).toMatchObject([
      { type: 'log', name: 'lr' },
      { type: 'category', name: 'activation', data: ['relu', 'tanh'] },
      { type: 'value', name: 'seed', minInterval: 1 },
      { type: 'value', name: 'loss' },
    ]);
  });

  it('has a line a run, the best on top', () => {
    const { series, title } = draw();
    const [{ data }] = series;
    expect(data.map(({ name, isBest, value }) => [name, isBest, value])).toEqual([
      ['a', false, [0.1, 'relu', 1, 0.3]],
      ['c', false, [0.01, 'relu', 3, 0.2]],
      ['b', true, [0.001, 'tanh', 2, 0.1]],
    ]);
    expect(data[2]!.lineStyle.width).toBeGreaterThan(data[1]!.lineStyle.width);
    // From the best to the worst of the ordered colours.
    expect(data.map(({ lineStyle }) => lineStyle.color)).toEqual(['#d55e00', expect.any(String), '#000000']);
    expect(title?.subtext).toBe('best of 3: b, loss 0.1');
  });

  it('shows names of axes in a terminal from three rows on, and one label a row', () => {
    const lines = (height: number) =>
      renderTerminal({ ...draw(), title: { text: '' } }, { width: 60, height }).split('\n');
    expect(lines(3)[0]).toMatch(/^lr +activation +seed +loss$/);
    expect(
      lines(3)
        .slice(1)
        .every((line) => line.startsWith('├')),
    ).toBe(true);
    expect(lines(2).every((line) => line.startsWith('├0.'))).toBe(true);
  });

  it('takes the greatest of what is better so, by its name or as told', () => {
    const bestOf = (options: Parameters<typeof parallelCoordinates>[1]) =>
      parallelCoordinates({ settings, target: [0.3, 0.1, 0.2], runs }, options).series[0].data.at(-1)!.name;
    expect(bestOf({ targetName: 'validation.accuracy' })).toBe('a');
    expect(bestOf({ targetName: 'something' })).toBe('b');
    expect(bestOf({ targetName: 'something', better: 'max' })).toBe('a');
  });

  it('dashes runs without a finite target, and lets lines pass an axis by where a setting is missing', () => {
    const { series, title } = parallelCoordinates({
      settings: { lr: [0.1, Number.NaN, 0.2], word: ['x', null, 'y'] },
      target: [Number.NaN, 1, 2],
    });
    const [{ data }] = series;
    expect(data.map(({ name, value, lineStyle }) => [name, value, lineStyle.type])).toEqual([
      ['0', [0.1, 'x', null], 'dashed'],
      ['2', [0.2, 'y', 2], 'solid'],
      ['1', [null, null, 1], 'solid'],
    ]);
    expect(title?.subtext).toBe('best of 3: 1, loss 1\n1 of 3 runs without a finite loss: dashed');
  });

  it('names numbers that come again one by one, in their order', () => {
    const { parallelAxis, series } = parallelCoordinates({
      settings: { depth: [10, 3, 10, 3], lr: [1, 2, 3, 4] },
      target: [1, 2, 3, 4],
    });
    expect(parallelAxis[0]).toEqual({ type: 'category', name: 'depth', data: ['3', '10'] });
    expect(parallelAxis[1]).toMatchObject({ type: 'value' });
    expect(series[0].data.map(({ value }) => value[0])).toEqual(['3', '10', '3', '10']);
  });

  it('takes the scale that it is told', () => {
    const { parallelAxis } = parallelCoordinates(
      { settings, target: [1, 2, 3] },
      { scales: { lr: 'linear', seed: 'log' } },
    );
    expect(parallelAxis.map(({ type }) => type)).toEqual(['value', 'category', 'log', 'value']);
  });

  it.each([
    [{ settings: {}, target: [] }, 'no runs'],
    [{ settings: { lr: [1, 2] }, target: [Number.NaN, Infinity] }, 'no run has a finite loss'],
    [{ settings: { lr: [1], same: ['x'] }, target: [1] }, 'best of 1: 0, loss 1'],
  ])('draws %j', (columns, note) => {
    const drawn = parallelCoordinates(columns);
    expect(drawn.title?.subtext).toContain(note);
    expect(renderSvg(drawn)).toMatch(/^<svg/);
    expect(renderHtml(drawn)).toContain('parallelAxis');
    expect(renderTerminal(drawn)).toContain(note);
  });

  it('leaves an axis empty where no run has a value', () => {
    const empty = parallelCoordinates({ settings: { lr: [Number.NaN, Number.NaN] }, target: [1, 2] });
    expect(renderTerminal(empty, { width: 40, height: 12 })).toContain('loss');
    expect(renderSvg(empty)).toContain('>lr</text>');
  });

  it('marks the best line in a terminal, by asterisks or in colour', () => {
    expect(renderTerminal(draw())).toContain('***');
    const colored = renderTerminal(draw(), { color: true });
    expect(colored).not.toContain('***');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the style of the line is what is looked for.
    expect(colored).toMatch(/\u001b\[1m[\u2800-\u28ff]/);
  });

  it('refuses what does not fit', () => {
    expect(() => parallelCoordinates({ settings: { lr: [1] }, target: [1, 2] })).toThrow(
      'parallelCoordinates: expected lr to have as many values as target (2), got 1',
    );
    expect(() => parallelCoordinates({ settings, target: [1, 2, 3], runs: ['a'] })).toThrow(
      'parallelCoordinates: expected a name for each of the 3 runs, got 1',
    );
    expect(() =>
      parallelCoordinates({ settings, target: [1, 2, 3] }, { scales: { lr: 'ln' as never } }),
    ).toThrow("parallelCoordinates: expected scales of 'linear' and 'log', got ln for lr");
    expect(() => parallelCoordinates({ settings, target: [1, 2, 3] }, { better: 'low' as never })).toThrow(
      "parallelCoordinates: expected better to be 'min' or 'max', got low",
    );
  });
});

describe('compareTable', () => {
  const metrics = { loss: [0.3, 0.1, Number.NaN], accuracy: [0.9, 0.8, Number.NaN] };
  const columns = { runs, settings: { ...settings, batch: [8, 8, 8] }, metrics };
  const draw = () => compareTable(columns);

  it('has what differs and the metrics, the best run first', () => {
    const { table, title } = draw();
    expect(table.columns.map(({ name, align }) => `${name} ${align}`)).toEqual([
      'run left',
      'lr right',
      'activation left',
      'seed right',
      'loss right',
      'accuracy right',
    ]);
    expect(table.rows.map(({ cells }) => cells.map(({ text }) => text).join(' '))).toEqual([
      'b 0.001 tanh 2 0.1 0.8',
      'a 0.1 relu 1 0.3 0.9',
      'c 0.01 relu 3 - -',
    ]);
    expect(title?.subtext).toBe('alike in all: batch 8');
  });

  it('marks the best of each metric, and the best run', () => {
    const marked = (chart: ReturnType<typeof draw>): string[] =>
      chart.table.rows.flatMap(({ cells }) => cells.filter(({ isBest }) => isBest).map(({ text }) => text));
    expect(marked(draw())).toEqual(['b', '0.1', '0.9']);
    expect(marked(compareTable(columns, { sortBy: 'accuracy' }))).toEqual(['a', '0.9', '0.1']);
    expect(marked(compareTable(columns, { better: { loss: 'max' } }))).toEqual(['a', '0.3', '0.9']);
    expect(marked(compareTable({ runs: ['a'], settings: {}, metrics: { loss: [1] } }))).toEqual([]);
  });

  it('gives the values of a metric as many decimals each', () => {
    const { table } = compareTable({
      runs: ['a', 'b', 'c', 'd'],
      settings: {},
      metrics: { loss: [0.46112, 0.4559611, 2, 1e-7] },
    });
    expect(table.rows.map(({ cells }) => cells[1]!.text)).toEqual([
      '1e-7',
      '0.455961',
      '0.461120',
      '2.000000',
    ]);
  });

  it('sets the best values off in a terminal with colours, and no others', () => {
    const rows = renderTerminal(draw(), { color: true }).split('\n').slice(-3);
    const bold = rows.map((row) =>
      row.split('\u001b').flatMap((part) => /^\[1;38;5;\d+m(.+)/.exec(part)?.[1] ?? []),
    );
    expect(bold).toEqual([['b*', '0.1*'], ['0.9*'], []]);
  });

  it('shortens the widest columns of a picture until all have room', () => {
    const long = (of: string) => Array.from({ length: 30 }, () => of).join(' ');
    const wide = compareTable({
      runs: [long('first'), long('second')],
      settings: { notes: [long('some'), long('other')] },
      metrics: { loss: [0.25, 0.5] },
    });
    const texts = parseXml(renderSvg(wide, { width: 500 })).filter(({ name }) => name === 'text');
    const shown = texts.map(({ text }) => text);
    expect(shown).toContainEqual(expect.stringMatching(/^first.*…/));
    expect(shown).toContainEqual(expect.stringMatching(/^some.*…/));
    const places = texts.map(({ attributes }) =>
      Number(/translate\(([-\d.]+)/.exec(attributes.transform ?? '')?.[1] ?? attributes.x),
    );
    expect(shown).toContain('0.50');
    expect(Math.max(...places)).toBeLessThanOrEqual(500);
  });

  it('says how many rows have no room', () => {
    const many = compareTable({
      runs: Array.from({ length: 40 }, (_, i) => `run ${i}`),
      settings: {},
      metrics: { loss: Array.from({ length: 40 }, (_, i) => i) },
    });
    expect(renderTerminal(many, { height: 12 })).toMatch(/… 31 more$/);
    expect(renderSvg(many, { height: 300 })).toContain('more</text>');
    expect([...renderHtml(many).matchAll(/<tr>/g)]).toHaveLength(41);
  });

  it('is a page without a script, whose texts are no markup', () => {
    const page = renderHtml(compareTable({ runs: ['<b>'], settings: {}, metrics: {} }, { title: '<i>' }));
    expect(page).not.toMatch(/<script|<b>|<i>/);
    expect(page).toContain('&lt;b&gt;');
  });

  it('refuses what does not fit', () => {
    expect(() => compareTable({ runs, settings: {}, metrics: { loss: [1] } })).toThrow(
      'compareTable: expected loss to have as many values as runs (3), got 1',
    );
    expect(() => compareTable(columns, { sortBy: 'los' })).toThrow(
      'compareTable: expected sortBy to be one of loss, accuracy, got los',
    );
    expect(() => compareTable(columns, { better: { loss: 'less' as never } })).toThrow(
      "compareTable: expected better to be 'min' or 'max', got less",
    );
  });
});
