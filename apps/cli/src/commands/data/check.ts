import { nearestName } from '@kindling/core/internal';
import {
  type ColumnProfile,
  classesOf,
  ImageSet,
  profileCsv,
  profileTable,
  sourceStatus,
  type TableFinding,
  type TableProfile,
  tableFindings,
  verifyFile,
} from '@kindling/data';
import { formatCount, plural } from '@kindling/train/internal/console';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';
import { UsageError } from '../../usage-error.ts';
import { type ImageProfile, imageFindings, profileImages } from './image-profile.ts';
import { namedSource } from './named-source.ts';

export interface DataCheckOptions {
  /** Name of the column to predict. Default: the last. */
  readonly target?: string;
}

/** Columns of a line where no terminal limits them. */
const MAX_WIDTH = 100;

/** `kindling data check`: describes a CSV file or a dataset, and lists problems for training. Downloads nothing. */
export async function dataCheck(
  name: string,
  { target }: DataCheckOptions,
  output: Output,
): Promise<ExitCode> {
  const contents = await contentsOf(name);
  const files = isPath(name) ? [] : await fileFindings(name);
  if ('columns' in contents) return checkTable(contents, files, target, output);
  if (target !== undefined) {
    throw new UsageError(`--target: expected a table, got a dataset of images (${name})`);
  }
  const codes = contents.map((part, i) => checkImages(part, i === 0 ? files : [], output));
  return codes.find((code) => code !== exitCodes.done) ?? exitCodes.done;
}

const isPath = (name: string): boolean => /[./\\]/.test(name);

/** Files of a dataset that are not as they were published. */
async function fileFindings(name: string): Promise<readonly TableFinding[]> {
  const files = await sourceStatus(namedSource(name));
  const problems = await Promise.all(files.map(verifyFile));
  return files.flatMap(({ path }, i): TableFinding[] => {
    const problem = problems[i];
    if (problem === undefined || path === undefined) return [];
    return [
      { level: 'warning', code: 'other-file', message: `${path} is not the published file: ${problem}` },
    ];
  });
}

/** A table, or the parts of a set of images. */
async function contentsOf(name: string): Promise<TableProfile | readonly ImageProfile[]> {
  if (isPath(name)) return profileCsv(name);
  const source = namedSource(name);
  const load = (split: 'train' | 'test') => source.load({ download: false, split });
  const train = await load('train');
  if (!(train instanceof ImageSet)) return profileTable(train);
  const test = await load('test');
  return [
    profileImages(train, `${name}, train`),
    ...(test instanceof ImageSet ? [profileImages(test, `${name}, test`)] : []),
  ];
}

function checkTable(
  profile: TableProfile,
  files: readonly TableFinding[],
  asked: string | undefined,
  output: Output,
): ExitCode {
  const { place, rows, columns, delimiter, decimal, header, duplicates, incomplete, missingMarkers } =
    profile;
  const target = targetOf(profile, asked);
  const targetColumn = columns.find(({ name }) => name === target);
  const classes = targetColumn === undefined ? undefined : classesOf(targetColumn);
  const findings = [...tableFindings(profile, target), ...files];
  output.emit({
    type: 'data-check',
    name: place,
    rows,
    columns: columns.length,
    header,
    delimiter,
    decimal,
    incomplete,
    duplicates,
    missing: missingMarkers,
    target: target ?? null,
    classes: classes ?? null,
    findings: findings.length,
  });
  for (const column of columns) output.emit({ type: 'column', ...column, top: column.top.slice(0, 10) });
  output.print(`${place}: ${plural(rows, 'row')} of ${plural(columns.length, 'column')}\n`);
  output.print(columnsTable(columns, target, output));
  if (classes !== undefined) {
    output.print(
      `\n${target}: ${classes.map(({ value, count }) => `${value} ${formatCount(count)}`).join(', ')}`,
    );
  }
  return report(findings, output);
}

/** @throws UsageError for a column that is not there. */
function targetOf({ columns, place }: TableProfile, asked: string | undefined): string | undefined {
  const names = columns.map(({ name }) => name);
  if (asked === undefined || names.includes(asked)) return asked ?? names.at(-1);
  const near = nearestName(asked, names);
  const hint =
    near === undefined
      ? `; its columns are ${names.slice(0, 20).join(', ')}`
      : `; did you mean ${JSON.stringify(near)}?`;
  throw new UsageError(`--target: expected a column of ${place}, got ${JSON.stringify(asked)}${hint}`);
}

function columnsTable(columns: readonly ColumnProfile[], target: string | undefined, output: Output): string {
  const short = (value: number | undefined): string =>
    value === undefined ? '-' : String(Number(value.toPrecision(5)));
  return table(
    ['column', 'kind', 'missing', 'distinct', 'min', 'mean', 'max', 'std'],
    columns.map(({ name, kind, missing, distinct, min, mean, max, std }) => [
      name === target ? `${name} (target)` : name,
      kind === 'word' ? 'text' : kind,
      formatCount(missing),
      formatCount(distinct),
      short(min),
      short(mean),
      short(max),
      short(std),
    ]),
    {
      numeric: ['missing', 'distinct', 'min', 'mean', 'max', 'std'],
      color: output.color,
      width: Math.min(output.width, MAX_WIDTH),
    },
  );
}

function checkImages(profile: ImageProfile, files: readonly TableFinding[], output: Output): ExitCode {
  const { name, count, width, height, perClass } = profile;
  const findings = [...imageFindings(profile), ...files];
  output.emit({ type: 'data-check', ...profile, findings: findings.length });
  output.print(`${name}: ${plural(count, 'image')} of ${width} × ${height} pixels`);
  output.print(perClass.map((images, label) => `${label} ${formatCount(images)}`).join(', '));
  const code = report(findings, output);
  output.print('');
  return code;
}

function report(findings: readonly TableFinding[], output: Output): ExitCode {
  for (const finding of findings) output.emit({ type: 'finding', ...finding });
  output.print(findings.length === 0 ? '\nno problems found' : '');
  for (const { level, column, message } of findings) {
    output.print(`${level}: ${column === undefined ? '' : `${column}: `}${message}`);
  }
  return findings.some(({ level }) => level === 'error') ? exitCodes.data : exitCodes.done;
}
