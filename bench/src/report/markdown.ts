import { type Family, families } from '../families.ts';
import type { Workload } from '../workload.ts';
import { type Cell, type Column, columnsOf, meansOf, shortNumber } from './columns.ts';
import { type Compared, compareAll, groupsOf } from './comparison.ts';
import { aheadOf, leftOut, sourcesOf } from './legend.ts';
import type { Results } from './results.ts';

const bold = ({ text, isAhead }: Cell): string => (isAhead ? `**${text}**` : text);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Where `Trainer` was measured, `compile` adds little but width. */
function familiesOf(group: readonly Compared[]): Family[] {
  const hasTrainer = group.some(({ comparison }) => comparison.best.has('Kindling Trainer'));
  return families.filter((family) => !(hasTrainer && family === 'Kindling compile'));
}

function tableOf(group: readonly Compared[]): string {
  const columns: readonly Column[] = columnsOf(group, familiesOf(group), ({ median }) => shortNumber(median));
  const means = meansOf(columns, group);
  return [
    line([group[0]!.workload.group, 'unit', ...columns.map(({ title }) => title)]),
    line(['---', '---', ...columns.map(() => '---:')]),
    ...group.map((compared) =>
      line([
        `\`${compared.workload.name}\``,
        compared.workload.unit,
        ...columns.map(({ of }) => bold(of(compared))),
      ]),
    ),
    ...(means === undefined ? [] : [line(['geometric mean', '', ...means.map(bold)])]),
  ].join('\n');
}

/** A table in Markdown for each group of workloads, and below them what they say: to be pasted into a README. */
export function renderMarkdown(results: Results, workloads: readonly Workload[]): string {
  const compared = compareAll(workloads, results);
  const { machine, versions, random } = sourcesOf(results);
  const below = [
    'Medians of the best setting, of 1 and 2 threads. ×: how many times better Kindling is, by `Trainer`, or eager where nothing is recorded, than the best of a library. Bold: a peer is ahead of Kindling.',
    ...aheadOf(compared).map((each) => `Ahead of Kindling, ${each}.`),
    `Measured on ${machine}; ${versions.join('; ')}.`,
    ...(random === '' ? [] : [`Random numbers in place of data: ${random}.`]),
    ...leftOut(results.notes).map((each) => `Left out: ${each}.`),
    ...(results.quick ? ['Taken with `--quick`: not for comparing.'] : []),
  ];
  return [...groupsOf(compared).map(tableOf), below.map((each) => `- ${each}`).join('\n')].join('\n\n');
}
