// The pictures of docs/charts.md: each is what the code before it draws.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as viz from '@kindling/viz';
import { renderSvg } from '@kindling/viz/svg';

const docs = join(import.meta.dirname, '..', '..', 'docs');
export const imagesFolder = join(docs, 'images', 'charts');
export const columnsFile = join(imagesFolder, 'columns.json');

/** A picture by the name of its file. */
export interface DocPicture {
  readonly file: string;
  readonly svg: string;
}

const size = { width: 640, height: 360 } as const;
const themes = ['light', 'dark'] as const;

/** A block of code, and the pictures that stand after it. */
const pattern = /```ts\n([^`]*?)```\n\n<picture>[\s\S]*?src="images\/charts\/([\w-]+)-light\.svg"/g;

/** Draws every picture of the document, from the columns kept beside them. */
export function docPictures(): DocPicture[] {
  const text = readFileSync(join(docs, 'charts.md'), 'utf8');
  const columns = JSON.parse(readFileSync(columnsFile, 'utf8')) as Record<string, unknown>;
  const scope = { ...viz, ...columns };
  return [...text.matchAll(pattern)].flatMap(([, code = '', name = '']) => {
    // The code is that of the document, which this repository holds.
    const draw = new Function(...Object.keys(scope), `return ${code.trim().replace(/;$/, '')}`);
    const chart = draw(...Object.values(scope)) as viz.Chart;
    return themes.map((theme) => ({
      file: `${name}-${theme}.svg`,
      svg: `${renderSvg(chart, { ...size, theme })}\n`,
    }));
  });
}
