import { expect, test } from 'vitest';
import { english } from '../../src/page/messages/english.ts';
import { korean } from '../../src/page/messages/korean.ts';

/** Every text of a table that is no function, by its path. */
function textsOf(table: object, path = ''): [path: string, text: string][] {
  return Object.entries(table).flatMap(([name, value]): [string, string][] => {
    const at = path === '' ? name : `${path}.${name}`;
    if (typeof value === 'string') return [[at, value]];
    return typeof value === 'object' && value !== null ? textsOf(value, at) : [];
  });
}

/** Texts that are the same in every language. */
const names = ['title'];

test('every text is Korean where the page is Korean', () => {
  const texts = new Map(textsOf(korean));
  expect([...texts.keys()].sort()).toEqual(
    textsOf(english)
      .map(([path]) => path)
      .sort(),
  );
  for (const [path, text] of texts) {
    if (!names.includes(path)) expect([path, text]).toEqual([path, expect.stringMatching(/[가-힣]/)]);
  }
});

test('so are the notes of charts', () => {
  const { charts } = korean;
  const texts = [
    charts.accuracy('97.5', 1200),
    charts.unplacedRows(3, charts.step),
    charts.zeroNorms('0.weight', 1, 2),
    charts.lostNorms('0.weight', 1, 2),
    charts.lostScores(1, 2),
    charts.lostValues(1, 2, true),
    charts.lostValues(1, 2, false),
    charts.noBoundary('y', 0.5),
    charts.lostPoints(charts.target, '1', 2, charts.undrawable.missing),
    charts.drawnPoints(charts.target, 1, 2),
    charts.judged('3', charts.predicted('4', '0.5'), false),
    charts.layers(3),
    charts.parameters(1234),
    charts.parametersShort(1234),
  ];
  for (const text of texts) expect(text).toMatch(/[가-힣]/);
  expect(charts.accuracy('97.5', 1200)).toBe('샘플 1,200개의 정확도 97.5 %');
});
