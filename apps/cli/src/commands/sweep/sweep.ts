import { join, relative } from 'node:path';
import { loadSweep, type Sweep, type SweepTrial } from '@kindling/train';
import {
  bestTrial,
  claimSweepFolder,
  isDone,
  rankTrials,
  readTrialResult,
  type SweepFolder,
  type SweepSummary,
  type TrialResult,
} from '@kindling/train/internal';
import { plural } from '@kindling/train/internal/console';
import { nameDevice } from '../../device-option.ts';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { interruption } from '../../interruption.ts';
import { shellWord } from '../../shell-word.ts';
import { experimentReference } from '../../standard-input.ts';
import { downloadProgress } from '../../terminal/download-progress.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { dryRun } from './dry-run.ts';
import { linkBest } from './link-best.ts';
import type { TrialFailure } from './protocol.ts';
import { type RunTrialsOptions, runTrials } from './run-trials.ts';
import { SweepProgress } from './sweep-progress.ts';
import { settingsText, trialTable, valueText } from './trial-table.ts';

export interface SweepCommandOptions {
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly trials?: number;
  readonly jobs?: number;
  readonly seed?: number;
  readonly prune?: boolean;
  readonly device?: string;
  readonly epochs?: number;
  readonly runDir?: string;
  readonly dryRun?: boolean;
  /** The Redis server whose queue the trials go into. */
  readonly queue?: string;
}

/** `kindling sweep` */
export async function sweep(
  reference: string,
  options: SweepCommandOptions,
  output: Output,
): Promise<ExitCode> {
  const { variant, set = [], trials, seed, prune, device, epochs, jobs = 1 } = options;
  nameDevice(device);
  const own = Object.entries({ device, epochs });
  const source = await experimentReference(reference);
  const plan = await loadSweep(source.reference, {
    variant,
    set: [...set, ...own.flatMap(([path, value]) => (value === undefined ? [] : [`${path}=${value}`]))],
    trials,
    seed,
    prune,
    text: source.text,
  });
  if (options.queue !== undefined && plan.prune !== undefined) {
    throw new UsageError(
      '--queue: expected a sweep without --prune, whose trials are stopped by each other, got both',
    );
  }
  if (options.dryRun) {
    dryRun(plan, output);
    return exitCodes.done;
  }
  let work: SweepWork | undefined;
  using interrupted = interruption(() => {
    const text = 'saving checkpoints; press Ctrl-C again to quit at once';
    if (work === undefined) output.note(text);
    else work.note(text);
  });
  const path = options.runDir ?? join('sweeps', plan.name);
  const claimed = await claimSweepFolder(path, plan.definition, { signal: interrupted.signal });
  try {
    work = new SweepWork(plan, claimed.folder, output);
    announce(plan, work, claimed.isOld, output);
    await work.run({ jobs: Math.max(1, jobs), device, queue: options.queue, signal: interrupted.signal });
    await work.finish(interrupted.signal.aborted);
    if (interrupted.exitCode !== undefined) {
      if (interrupted.exitCode !== exitCodes.done) {
        const done = `${work.done} of ${plural(plan.trials.length, 'trial')} done`;
        output.note(`stopped with ${done}; to resume, run the same command`);
      }
      return interrupted.exitCode;
    }
    return work.exitCode;
  } finally {
    claimed.release();
  }
}

function announce(
  { name, trials, combinations, definition }: Sweep,
  work: SweepWork,
  isOld: boolean,
  output: Output,
): void {
  const axes = Object.keys(definition.axes).join(' × ');
  const { draws, seed } = definition;
  const choice = draws === null ? `every combination of ${axes}` : `${axes} drawn by seed ${seed ?? 0}`;
  output.note(`${name}: ${plural(trials.length, 'trial')}, ${choice}`);
  if (trials.length > combinations) {
    output.note(`${name}: there are ${combinations} combinations: some are drawn more than once`);
  }
  if (isOld) output.note(`${name}: resuming, ${work.done} of ${plural(trials.length, 'trial')} done`);
}

interface SweepRunOptions {
  readonly jobs: number;
  readonly device: string | undefined;
  readonly queue: string | undefined;
  readonly signal: AbortSignal;
}

type Watch = Omit<RunTrialsOptions, 'jobs' | 'device'>;

/** Milliseconds between two summaries of a sweep at work: there may be thousands of short trials. */
const SUMMARY_MS = 1000;

/** A sweep at work in its folder. */
class SweepWork {
  readonly #sweep: Sweep;
  readonly #folder: SweepFolder;
  readonly #output: Output;
  /** By run, of the trials that have begun. */
  readonly #results = new Map<string, TrialResult>();
  readonly #failures: TrialFailure[] = [];
  readonly #progress: SweepProgress;
  #best: TrialResult | undefined;
  /** When the summary was written. */
  #written = Number.NEGATIVE_INFINITY;

  /** Takes up what the folder's runs came to before. */
  constructor(plan: Sweep, folder: SweepFolder, output: Output) {
    this.#sweep = plan;
    this.#folder = folder;
    this.#output = output;
    for (const trial of plan.trials) {
      const result = readTrialResult(folder.run(trial.run), trial);
      if (result === undefined) continue;
      this.#results.set(trial.run, result);
      if (isDone(result)) this.#emit(result);
    }
    this.#best = bestTrial(this.#ranked, plan.monitor);
    this.#progress = new SweepProgress(output, plan, this.done);
  }

  /** A note beside the progress. */
  note(text: string): void {
    this.#progress.note(text);
  }

  /** Number of trials that have nothing left to do. */
  get done(): number {
    return [...this.#results.values()].filter(isDone).length;
  }

  /** Done where a trial came to something; else what the trials came to. */
  get exitCode(): ExitCode {
    if (this.#best !== undefined) return exitCodes.done;
    const all = [...this.#results.values()];
    if (all.length > 0 && all.every(({ status }) => status === 'diverged')) return exitCodes.diverged;
    return this.#failures[0]?.code ?? exitCodes.failure;
  }

  get #ranked(): readonly TrialResult[] {
    return rankTrials([...this.#results.values()], this.#sweep.monitor);
  }

  async run({ jobs, device, queue, signal }: SweepRunOptions): Promise<void> {
    const isLeft = ({ run }: SweepTrial): boolean => {
      const result = this.#results.get(run);
      return result === undefined || !isDone(result);
    };
    const progress = this.#progress;
    const onDownload = downloadProgress(this.#output);
    const lines = new Set<string>();
    this.#writeSummary('running');
    try {
      const left = this.#sweep.trials.filter(isLeft);
      const watch: Watch = {
        signal,
        onBegin: progress.onBegin,
        onProgress: (trial, share) => progress.onProgress(trial, share, this.#best),
        onEnd: (result, failure) => {
          if (failure !== undefined) this.#failures.push(failure);
          this.#results.set(result.run, result);
          this.#best = bestTrial(this.#ranked, this.#sweep.monitor);
          if (performance.now() - this.#written > SUMMARY_MS) this.#writeSummary('running');
          this.#emit(result);
          progress.onEnd(result);
        },
        onMessage: (message, { run }) => {
          if (message.type === 'download') onDownload(message.event);
          else progress.note(`${run}: ${message.text}`);
        },
        onLine: (line) => {
          // Workers say the same of the machine.
          if (!lines.has(line)) progress.note(line);
          lines.add(line);
        },
      };
      if (queue === undefined) await runTrials(left, this.#sweep, this.#folder, { ...watch, jobs, device });
      else
        await (await import('./run-queued.ts')).runQueued(left, this.#sweep, this.#folder, {
          ...watch,
          url: queue,
        });
    } finally {
      progress.clear();
    }
  }

  /** Writes the summary and the charts, and prints what the sweep came to. */
  async finish(isStopped: boolean): Promise<void> {
    const { monitor, name } = this.#sweep;
    const ranked = this.#ranked;
    const best = this.#best;
    this.#writeSummary(isStopped ? 'stopped' : 'completed');
    if (best !== undefined) linkBest(this.#folder, best.run);
    this.#output.emit({
      type: 'sweep-finished',
      sweep: name,
      path: this.#folder.path,
      status: isStopped ? 'stopped' : 'completed',
      monitor,
      trials: this.#sweep.trials.length,
      done: this.done,
      best: best === undefined ? null : this.#record(best),
    });
    if (ranked.length === 0) return;
    const { terminalChart, trialChart, writeSweepCharts } = await import('./sweep-charts.ts');
    const chart = trialChart(this.#sweep, ranked);
    const files = writeSweepCharts(this.#sweep, ranked, chart, this.#folder, this.#output);
    const output = this.#output;
    output.print(trialTable(ranked, best, monitor, output));
    if (!output.json) output.print(`\n${terminalChart(chart, output)}`);
    output.note(`${relative('', this.#folder.path) || '.'} has the runs, and ${files.join(', ')}`);
    if (best === undefined) return;
    const place = relative('', this.#folder.run(best.run).path);
    this.#output.print(
      `\nbest: ${best.run} (${settingsText(best.settings)}): ${monitor} ${valueText(best, monitor)}\nkindling runs show ${shellWord(place)} shows it`,
    );
  }

  #emit(result: TrialResult): void {
    this.#output.emit({ type: 'trial', ...this.#record(result) });
  }

  #record({ run, settings, status, reason, metrics, best, epoch, seconds }: TrialResult): object {
    const { monitor } = this.#sweep;
    return {
      run,
      path: this.#folder.run(run).path,
      status,
      settings,
      metrics,
      value: best?.monitor === monitor ? best.value : null,
      epoch,
      seconds,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  #writeSummary(status: SweepSummary['status']): void {
    const { name, monitor } = this.#sweep;
    const best = this.#best?.run ?? null;
    this.#folder.writeSummary({ name, status, monitor, best, trials: this.#ranked });
    this.#written = performance.now();
  }
}
