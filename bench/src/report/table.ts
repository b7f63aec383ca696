import { type Family, families } from '../families.ts';
import type { Workload } from '../workload.ts';
import { type Cell, columnsOf, meansOf, shortNumber } from './columns.ts';
import { compareAll, groupsOf } from './comparison.ts';
import { aheadOf, leftOut, sourcesOf } from './legend.ts';
import type { Results, Row } from './results.ts';

/** Median, its deviation in percent, and the setting where there are several. */
function medianText(row: Row, family: Family): string {
  const setting = row.implementation.slice(family.length).trim();
  const spread = row.runs > 1 ? ` ±${Math.round((100 * row.mad) / row.median)}%` : '';
  return `${shortNumber(row.median)}${spread}${setting === '' ? '' : ` ${setting}`}`;
}

const mark = ({ text, isAhead }: Cell): string => (isAhead ? `${text}*` : text);

/** Columns as wide as their widest cell; the first two to the left, numbers to the right. */
function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) =>
    line
      .map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** One line a workload, one column a family, each with its best setting; then what was measured on what, and what is missing. */
export function renderTable(results: Results, workloads: readonly Workload[]): string {
  const compared = compareAll(workloads, results);
  const columns = columnsOf(compared, families, medianText);
  const header = ['workload', 'unit', ...columns.map(({ title }) => title)];
  const groups = groupsOf(compared).map((group) => {
    const means = meansOf(columns, group);
    return [
      ...group.map((compared) => [
        compared.workload.name,
        compared.workload.unit,
        ...columns.map(({ of }) => mark(of(compared))),
      ]),
      ...(means === undefined ? [] : [['geometric mean', '', ...means.map(mark)]]),
    ];
  });
  const [first = '', ...lines] = aligned([header, ...groups.flat()]);
  let taken = 0;
  const parts = groups.map((group) => {
    const part = lines.slice(taken, taken + group.length);
    taken += group.length;
    return part.join('\n');
  });
  return [
    first,
    '-'.repeat(first.length),
    parts.join('\n\n'),
    '',
    ...legend(results, aheadOf(compared)),
  ].join('\n');
}

function legend(results: Results, ahead: readonly string[]): string[] {
  const { machine, versions, real, random } = sourcesOf(results);
  return [
    'Medians, ± the median absolute deviation, of the best setting: 2t is two threads. ×: how many times better Kindling is, by',
    'Trainer, or eager where nothing is recorded, than the best of a library; below 1 it is worse. *: a peer is ahead of Kindling.',
    '',
    ...ahead.map((line) => `ahead     ${line}`),
    `machine   ${machine}`,
    ...versions.map((line) => `versions  ${line}`),
    ...(real === '' ? [] : [`data      real: ${real}`]),
    ...(random === ''
      ? []
      : [`data      random numbers of the same shape, not found in KINDLING_DATA_DIR: ${random}`]),
    ...leftOut(results.notes).map((line) => `left out  ${line}`),
    ...(results.quick ? ['--quick   these numbers are for trying the bench, not for comparing'] : []),
  ];
}
