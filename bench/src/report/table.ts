import { type Family, families } from '../implementations.ts';
import type { Workload } from '../workload.ts';
import { compare, familyOf } from './comparison.ts';
import type { Results, Row } from './results.ts';

/** Three significant digits, without exponents. */
export function shortNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

/** Median, its deviation in percent, and the setting where there are several. */
function cell(row: Row | undefined, family: Family): string {
  if (row === undefined) return '';
  const setting = row.implementation.slice(family.length).trim();
  const spread = row.runs > 1 ? ` ±${Math.round((100 * row.mad) / row.median)}%` : '';
  return `${shortNumber(row.median)}${spread}${setting === '' ? '' : ` ${setting}`}`;
}

const ratio = (value: number | undefined): string => (value === undefined ? '' : shortNumber(value));

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
  const rowsOf = (name: string): Row[] => results.rows.filter(({ workload }) => workload === name);
  const limitOf = (workload: Workload): Row | undefined =>
    workload.measure === 'steps' && workload.limit ? rowsOf(workload.limit)[0] : undefined;
  const measured = workloads.filter(({ name }) => rowsOf(name).length > 0);
  const compared = measured.map((workload) => compare(rowsOf(workload.name), limitOf(workload)));

  const columns = families.filter((family) => compared.some(({ best }) => best.has(family)));
  const ratios = [
    { title: 'eager ×', of: compared.map(({ eager }) => ratio(eager)) },
    { title: 'recorded ×', of: compared.map(({ recorded }) => ratio(recorded)) },
    {
      title: 'of limit',
      of: compared.map(({ ofLimit }) => (ofLimit === undefined ? '' : `${Math.round(100 * ofLimit)}%`)),
    },
  ].filter(({ of }) => of.some((text) => text !== ''));

  const header = ['workload', 'unit', ...columns, ...ratios.map(({ title }) => title)];
  const body = measured.map(({ name, unit }, i) => [
    name,
    unit,
    ...columns.map((family) => cell(compared[i]!.best.get(family), family)),
    ...ratios.map(({ of }) => of[i]!),
  ]);
  const [first = '', ...lines] = aligned([header, ...body]);
  const grouped = lines.flatMap((line, i) =>
    i > 0 && measured[i]!.group !== measured[i - 1]!.group ? ['', line] : [line],
  );
  return [first, '-'.repeat(first.length), ...grouped, '', ...legend(results)].join('\n');
}

function legend({ machine, versions, data, notes, quick, date }: Results): string[] {
  const { cpu, cores, memoryBytes, os, node } = machine;
  const random = Object.keys(data).filter((name) => data[name] === 'random');
  const real = Object.keys(data).filter((name) => data[name] === 'real');
  return [
    'Medians, ± the median absolute deviation. Of several settings a column shows the best: 2t is two threads; 2+1 is two',
    'threads of PyTorch and one of its BLAS. eager ×, recorded ×: how many times better Kindling is than the best PyTorch.',
    '',
    `machine   ${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${os}, Node ${node}, ${date}`,
    ...Object.entries(versions).map(
      ([name, each]) =>
        `versions  ${name}: ${Object.entries(each)
          .map(([part, version]) => `${part} ${version}`)
          .join(', ')}`,
    ),
    ...(real.length > 0 ? [`data      real: ${real.join(', ')}`] : []),
    ...(random.length > 0
      ? [`data      random numbers of the same shape, not found in KINDLING_DATA_DIR: ${random.join(', ')}`]
      : []),
    ...leftOut(notes).map((line) => `left out  ${line}`),
    ...(quick ? ['--quick   these numbers are for trying the bench, not for comparing'] : []),
  ];
}

/** Who was left out of what, and why. Notes of one workload with the same reason are told together, then workloads alike. */
export function leftOut(notes: Results['notes']): string[] {
  const byWorkload = groupBy(notes, ({ workload, reason }) => JSON.stringify([workload, reason]));
  const alike = groupBy(byWorkload, (group) => `${namesOf(group)}: ${group[0]!.reason}`);
  return alike.map((groups) => {
    const workloads = groups.flatMap(([{ workload } = {}]) => workload ?? []);
    const of = workloads.length === 0 ? '' : ` of ${workloads.join(', ')}`;
    return `${namesOf(groups[0]!)}${of}: ${groups[0]![0]!.reason}`;
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** Implementations by name; those of a family by their settings behind it. */
function namesOf(notes: Results['notes']): string {
  const families = groupBy(
    notes.map(({ implementation }) => implementation),
    (name) => familyOf(name) ?? name,
  );
  return families
    .map((names) => {
      const family = familyOf(names[0]!) ?? names[0]!;
      return [family, ...names.map((name) => name.slice(family.length).trim()).sort()].join(' ').trim();
    })
    .sort()
    .join(', ');
}
