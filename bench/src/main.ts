import { runBench } from './bench.ts';
import { implementations } from './implementations.ts';
import { effortOf } from './measure/effort.ts';
import { parseOptions, UsageError, usage } from './options.ts';
import { findPython } from './python.ts';
import { growthPictures, writePictures } from './report/growth-charts.ts';
import { thisMachine } from './report/machine.ts';
import { renderMarkdown } from './report/markdown.ts';
import type { Results } from './report/results.ts';
import {
  defaultFile,
  ResultsFileError,
  readResults,
  resultsText,
  writeResults,
} from './report/results-file.ts';
import { renderTable } from './report/table.ts';
import { selectWorkloads, UnknownNameError } from './selection.ts';
import { workloads } from './workloads/workloads.ts';

/** @returns the exit code: 0 done, 2 wrong options, 130 interrupted. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const python = findPython();
  const all = workloads(python);
  if (options.help) process.stdout.write(usage);
  else if (options.list) {
    const lines = all.map(({ group, name, unit }) => `${group.padEnd(12)} ${name}  (${unit})\n`);
    process.stdout.write(lines.join(''));
  } else if (options.from !== undefined) await report(await readResults(options.from));
  else return measure();
  return 0;

  async function report(results: Results): Promise<void> {
    print(results);
    if (options.charts === undefined) return;
    const pictures = growthPictures(results);
    if (pictures.length === 0) process.stderr.write('No charts: nothing of the group growth was measured\n');
    for (const path of await writePictures(pictures, options.charts)) process.stderr.write(`Drawn ${path}\n`);
  }

  function print(results: Results): void {
    const { json, markdown } = options;
    const text = json
      ? resultsText(results, all)
      : `${(markdown ? renderMarkdown : renderTable)(results, all)}\n`;
    process.stdout.write(text);
  }

  async function measure(): Promise<number> {
    const chosen = selectWorkloads(all, options.only);
    const { peers, runs, quick } = options;
    const taking = implementations(python, thisMachine().cores).filter(
      ({ peer }) => peers.length === 0 || peers.includes(peer),
    );
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    const results = await runBench({
      workloads: chosen,
      implementations: taking,
      effort: effortOf(runs, quick),
      quick,
      signal: interrupt.signal,
      onWorkload: ({ name }, i) => process.stderr.write(`[${i + 1}/${chosen.length}] ${name}\n`),
    });
    if (results.rows.length === 0 && interrupt.signal.aborted) return 130;
    const file = options.out ?? defaultFile(results);
    await writeResults(results, all, file);
    await report(results);
    process.stderr.write(`Written to ${file}\n`);
    return interrupt.signal.aborted ? 130 : 0;
  }
}

const isUsage = (error: unknown): error is Error =>
  [UsageError, UnknownNameError, ResultsFileError].some((kind) => error instanceof kind);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isUsage(error)) throw error;
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 2;
}
