import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { docPictures, imagesFolder } from '../charts/doc-charts.ts';

const pictures = docPictures();
const charts = [
  'training-curve',
  'training-curves',
  'scatter',
  'bar-chart',
  'class-scores',
  'confusion-matrix',
  'histogram',
  'histogram-over-time',
  'gradient-norms',
  'image',
  'image-grid',
  'decision-boundary',
  'progress-dots',
  'model-graph',
  'parallel-coordinates',
  'compare-table',
];

describe('the pictures of docs/charts.md', () => {
  test('are of every chart, in light and dark', () => {
    expect(pictures.map(({ file }) => file).sort()).toEqual(
      charts.flatMap((name) => [`${name}-dark.svg`, `${name}-light.svg`]).sort(),
    );
    const files = readdirSync(imagesFolder).filter((file) => file.endsWith('.svg'));
    expect(files.sort()).toEqual(pictures.map(({ file }) => file).sort());
  });

  test.each(pictures)(
    '$file is what the code draws; npm run docs:charts -- --draw draws it',
    ({ file, svg }) => {
      expect(readFileSync(join(imagesFolder, file), 'utf8')).toBe(svg);
    },
  );
});
