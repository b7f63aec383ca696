import {
  csv,
  type FileStatus,
  ImageSet,
  type Source,
  sourceStatus,
  type Table,
  verifyFile,
} from '@kindling/data';
import { formatBytes, formatCount, plural } from '@kindling/train/internal/console';
import { image, renderTerminal } from '@kindling/viz';
import { luma } from '../../image/luma.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';
import { fileRecord, readiness } from './list.ts';
import { namedSource } from './named-source.ts';

/** Classes that a table of them has columns for. */
const MAX_COLUMNS = 12;

/** `kindling data info`: checks the files, and summarizes what is in them. Downloads nothing. */
export async function dataInfo(name: string, output: Output): Promise<void> {
  if (/\.(csv|csv\.gz)$/i.test(name)) {
    const rows = await csv(name);
    output.print(`${name}: ${plural(rows.length, 'row')}\n`);
    summarise({ split: 'all', contents: rows }, name, output);
    return;
  }
  const source = namedSource(name);
  const files = await sourceStatus(source);
  const problems = await Promise.all(files.map(verifyFile));
  output.print(`${name}: ${source.description}\n`);
  output.emit({
    type: 'data-set',
    name,
    kind: source.kind,
    description: source.description,
    state: readiness(files),
    files: files.map((file, i) => ({ ...fileRecord(file), problem: problems[i] ?? null })),
  });
  if (files.length > 0) {
    output.print(
      table(
        ['file', 'size', 'state'],
        files.map((file, i) => fileRow(file, problems[i])),
        { numeric: ['size'], color: output.color },
      ),
    );
    output.print('');
  }
  if (readiness(files) !== 'here' && files.length > 0) {
    output.note(`some files are missing; run kindling data download ${name}`);
    return;
  }
  for (const part of await contentsOf(source)) summarise(part, name, output);
}

function fileRow(
  { file, path, published, size }: FileStatus,
  problem: string | undefined,
): readonly string[] {
  const state = problem ?? (published ? 'whole' : 'a file of your own');
  return [path ?? file.path, path === undefined ? '-' : formatBytes(size), state];
}

interface Part {
  readonly split: 'train' | 'test' | 'all';
  readonly contents: ImageSet | Table;
}

async function contentsOf(source: Source): Promise<readonly Part[]> {
  if (!source.hasTestSplit) return [{ split: 'all', contents: await source.load({ download: false }) }];
  return [
    { split: 'train', contents: await source.load({ download: false, split: 'train' }) },
    { split: 'test', contents: await source.load({ download: false, split: 'test' }) },
  ];
}

function summarise({ split, contents }: Part, name: string, output: Output): void {
  if (contents instanceof ImageSet) {
    summariseImages(contents, name, split, output);
  } else {
    summariseTable(contents, name, split, output);
  }
}

function summariseImages(set: ImageSet, name: string, split: string, output: Output): void {
  const { length: count, height, width, classes, labels } = set;
  const perClass = Array.from({ length: classes }, () => 0);
  for (const label of labels) perClass[label]!++;
  output.emit({ type: 'images', name, split, count, height, width, perClass });
  output.print(`${split}: ${plural(count, 'image')} of ${width} × ${height} pixels`);
  const numbers = perClass.map((_, label) => String(label));
  output.print(
    classes > MAX_COLUMNS
      ? perClass.map((images, label) => `${label} ${formatCount(images)}`).join(', ')
      : table(['label', ...numbers], [['images', ...perClass.map(formatCount)]], {
          numeric: numbers,
          color: output.color,
        }),
  );
  output.print('');
  if (split !== 'train' || count === 0) return;
  const { image: values, label } = set.get(0);
  const pixels = luma(values, set.pixels);
  const chart = image({ pixels, width, height }, { title: `image 0, label ${label}` });
  output.print(
    `${renderTerminal(chart, { width: Math.min(60, output.columns), height: 16, color: output.color })}\n`,
  );
}

function summariseTable(set: Table, name: string, split: string, output: Output): void {
  const columns = set.names.map((column) => {
    const values = set.column(column);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    return { column, least, mean, most };
  });
  output.emit({ type: 'table', name, split, rows: set.length, columns });
  const short = (value: number): string => String(Number(value.toPrecision(6)));
  output.print(
    table(
      ['column', 'min', 'mean', 'max'],
      columns.map(({ column, least, mean, most }) => [column, short(least), short(mean), short(most)]),
      { numeric: ['min', 'mean', 'max'], color: output.color },
    ),
  );
  output.print(`\n${plural(set.length, 'row')}`);
}
