import { listRuns } from '@kindling/train';
import { formatMetric } from '@kindling/train/internal/console';
import type { Output } from '../../terminal/output.ts';
import { filterRuns, sortRuns, valueOfRun } from './run-query.ts';
import { runsTable } from './run-table.ts';

export interface ListOptions {
  /** Conditions such as `state=completed` and `validation.loss<0.1`. */
  readonly filter?: readonly string[];
  /** A key to sort by. Default: the newest first. */
  readonly sort?: string;
  readonly reverse?: boolean;
}

/** Keys that the table shows anyway. */
const shown = ['name', 'state', 'epoch', 'started', 'seconds', 'step'];

/** `kindling runs list` */
export async function runsList(
  folder: string,
  { filter = [], sort, reverse = false }: ListOptions,
  output: Output,
): Promise<void> {
  const all = listRuns(folder);
  const found = filterRuns(all, filter);
  const sorted = sort === undefined ? (reverse ? found.toReversed() : found) : sortRuns(found, sort, reverse);
  for (const run of sorted) {
    const { name, state } = run;
    const facts = run.state === 'damaged' ? { problem: run.problem } : run.summary;
    output.emit({ type: 'run', name, path: run.folder.path, ...facts, state });
  }
  if (all.length === 0) return output.note(`no runs in ${folder}; kindling train xor makes one`);
  if (sorted.length === 0) return output.note(`none of the ${all.length} runs in ${folder} matches --filter`);
  const further = sort === undefined || shown.includes(sort) ? [] : [sort];
  output.print(
    runsTable(
      sorted,
      output,
      further.map((key) => [
        key,
        (run) => {
          const value = valueOfRun(run, key);
          if (value === undefined) return '-';
          return typeof value === 'number' && /^(train|validation)\./.test(key)
            ? formatMetric(key.split('.').at(-1) ?? '', value)
            : String(value);
        },
      ]),
    ),
  );
  for (const run of sorted)
    if (run.state === 'damaged') output.note(`${run.name} is damaged: ${run.problem}`);
}
