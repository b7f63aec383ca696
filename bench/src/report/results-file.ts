import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package-root.ts';
import type { Workload } from '../workload.ts';
import { compareAll, geometricMean, groupsOf } from './comparison.ts';
import { type Results, resultsSchema } from './results.ts';

/** Where results go by default: named by the date, so that files sort by it. */
export const defaultFile = ({ date }: Pick<Results, 'date'>): string =>
  join(packageRoot, 'results', `${date.slice(0, 19).replaceAll(':', '-')}.json`);

const rounded = (ratios: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...ratios].map(([name, ratio]) => [name, Number(ratio.toPrecision(4))]));

/** How many times better Kindling is, workload by workload, and the geometric means of groups. */
function ratiosOf(results: Results, workloads: readonly Workload[]) {
  const compared = compareAll(workloads, results).filter(
    ({ comparison: { ratios } }) => ratios.rivals.size + ratios.pairs.size > 0,
  );
  const ratios = compared.map(({ workload, comparison }) => ({
    workload: workload.name,
    of: comparison.kindling?.implementation,
    rivals: rounded(comparison.ratios.rivals),
    families: rounded(comparison.ratios.families),
    pairs: rounded(comparison.ratios.pairs),
    ...(comparison.byDefault && {
      default: comparison.byDefault.row.implementation,
      defaultOverBest: Number(comparison.byDefault.factor.toPrecision(4)),
    }),
  }));
  const means = groupsOf(compared).map((group) => {
    const names = new Set(group.flatMap(({ comparison }) => [...comparison.ratios.rivals.keys()]));
    const of = [...names].map((name) => {
      const values = group.flatMap(({ comparison }) => comparison.ratios.rivals.get(name) ?? []);
      return { rival: name, ratio: Number(geometricMean(values)!.toPrecision(4)), workloads: values.length };
    });
    return { group: group[0]!.workload.group, rivals: of };
  });
  return { ratios, means };
}

/** The document as text: a row a line, so that two files can be compared. */
export function resultsText(results: Results, workloads: readonly Workload[]): string {
  const { rows, notes, ...head } = results;
  const { ratios, means } = ratiosOf(results, workloads);
  const list = (items: readonly object[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
  const opened = JSON.stringify(head, null, 2).replace(/\n\}$/, '');
  const lists = Object.entries({ rows, notes, ratios, means });
  return `${opened},\n${lists.map(([name, items]) => `  "${name}": ${list(items)}`).join(',\n')}\n}\n`;
}

/** Writes the whole file or none of it. */
export async function writeResults(
  results: Results,
  workloads: readonly Workload[],
  path: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  await writeFile(part, resultsText(results, workloads));
  await rename(part, path);
}

/** A file that cannot be read as results. */
export class ResultsFileError extends Error {
  override readonly name = 'ResultsFileError';
}

/** @throws ResultsFileError for a file that is missing or holds something else. */
export async function readResults(path: string): Promise<Results> {
  try {
    return resultsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ResultsFileError(`--from: expected a file of results, got ${path}: ${reason}`);
  }
}
