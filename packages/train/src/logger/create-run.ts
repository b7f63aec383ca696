import { ArgumentError } from '@kindling/core';
import { checkOptions, describeValue } from '@kindling/core/internal';
import { type FileLock, join, loadFolder } from '@kindling/data/internal';
import { toJson } from '../events/json-number.ts';
import { parseJsonDocument } from '../experiment/json-document.ts';
import { listRuns, readRunColumns } from '../run/read-run.ts';
import { MAX_DOCUMENT_BYTES } from '../run/regular-file.ts';
import { RunFiles } from '../run/run-files.ts';
import { makeFolderForRuns, prepareRunFolder, RunError, RunFolder } from '../run/run-folder.ts';
import { lockRun } from '../run/run-lock.ts';
import { RUN_NAME, RUN_NAME_RULE } from '../run/run-name.ts';
import { RunWriter } from './run-writer.ts';

export interface CreateRunOptions {
  /** Names the run's folder: letters, digits, dots, dashes and underscores, a letter or digit first. */
  readonly name: string;
  /** The folder of all runs. Default `runs`. */
  readonly dir?: string | undefined;
  /** The settings of the program: any JSON. Default `{}`. */
  readonly config?: unknown;
  /**
   * Go on with the newest run of this name, killed or finished, in its folder; begin one where there is none. `run.step` says how far
   * its log is; what the program goes on from is its own checkpoint. Default false.
   */
  readonly resume?: boolean | undefined;
}

/**
 * Begins a run of a loop of one's own, which every reader of runs shows while it goes on: `kindling runs`, charts, editors.
 *
 * ```ts
 * const run = await createRun({ name: 'gan', config: { lr: 2e-4 } });
 * for (let step = 0; step < 1000; step++) run.log(step, { 'loss/generator': g, 'loss/discriminator': d });
 * run.finish();
 * ```
 *
 * The run is in `dir/name`, or where that is taken in `dir/name-2`, `dir/name-3`. Its files are those of `kindling train`, with
 * `config.json` in place of `experiment.json`. A program that throws, or ends without `finish`, leaves a run that says so
 * (`failed`, `stopped`); one that is killed, or ended by a signal, leaves one that is `interrupted`.
 *
 * @throws {ArgumentError} for options that are not as described; RunError for a run that another process works on, or that cannot be
 *   resumed; what the file system throws.
 */
export async function createRun(options: CreateRunOptions): Promise<RunWriter> {
  checkOptions<CreateRunOptions>('createRun', options, { name: true, dir: true, config: true, resume: true });
  const { name, dir = 'runs', config, resume = false } = options;
  if (typeof name !== 'string' || !RUN_NAME.test(name)) {
    throw new ArgumentError(`createRun: expected name to be ${RUN_NAME_RULE}, got ${describeValue(name)}`);
  }
  if (typeof dir !== 'string' || dir === '') {
    throw new ArgumentError(`createRun: expected dir to be a folder, got ${describeValue(dir)}`);
  }
  if (typeof resume !== 'boolean') {
    throw new ArgumentError(`createRun: expected resume to be true or false, got ${describeValue(resume)}`);
  }
  const settings = config === undefined ? undefined : checkedConfig(config);
  await loadFolder(dir);
  const before = resume ? findOwnRun(dir, name) : undefined;
  return before === undefined ? begin(dir, name, settings ?? {}) : goOn(before, name, settings);
}

/** The settings as JSON keeps them. @throws {ArgumentError} for what JSON cannot. */
function checkedConfig(config: unknown): unknown {
  const refuse = (got: string): ArgumentError =>
    new ArgumentError(`createRun: expected config to be JSON, got ${got}`);
  let text: string | undefined;
  try {
    text = toJson(config);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message.split('\n')[0]! : describeValue(config));
  }
  if (text === undefined) throw refuse(describeValue(config));
  const { length } = new TextEncoder().encode(text);
  if (length > MAX_DOCUMENT_BYTES / 2) throw refuse(`${length} bytes`);
  try {
    return parseJsonDocument(text, 'config').value;
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The newest run of this name that a program's own loop wrote. @throws {RunError} where it cannot be gone on with. */
function findOwnRun(dir: string, name: string): RunFolder | undefined {
  const all = listRuns(dir);
  for (const run of all) {
    if (run.state !== 'damaged' && run.folder.hasConfig() && run.summary.experiment === name)
      return run.folder;
  }
  const taken = all.find((run) => run.name === name);
  if (taken?.state === 'damaged') throw new RunError(`run ${name} is damaged: ${taken.problem}`);
  if (taken !== undefined) {
    throw new RunError(
      `run ${name}: expected a run of createRun to resume, got one of an experiment in ${taken.folder.path}`,
    );
  }
  return undefined;
}

/** Takes the first folder that is free. */
async function begin(dir: string, name: string, config: unknown): Promise<RunWriter> {
  makeFolderForRuns(dir);
  for (let number = 1; ; number++) {
    const folder = new RunFolder(join(dir, number === 1 ? name : `${name}-${number}`));
    if (folder.exists()) continue;
    makeFolderForRuns(folder.path);
    const lock = await lockUnlessTaken(folder);
    if (lock === undefined) continue;
    return guarded(lock, () => {
      const position = { resumed: false, step: 0, epoch: 0, seconds: 0 };
      return open(folder, lock, { name, config, started: Date.now(), position });
    });
  }
}

/** The lock of a folder without a run; undefined where another process has it, or was faster. */
async function lockUnlessTaken(folder: RunFolder): Promise<FileLock | undefined> {
  let lock: FileLock;
  try {
    lock = await lockRun(folder);
  } catch (error) {
    if (error instanceof RunError) return undefined;
    throw error;
  }
  if (!folder.exists()) return lock;
  lock.release();
  return undefined;
}

async function goOn(folder: RunFolder, name: string, config: unknown): Promise<RunWriter> {
  const lock = await lockRun(folder);
  return guarded(lock, () => {
    const run = readRunColumns(folder.path);
    const position = {
      resumed: true,
      step: run.columns.stepsTaken,
      epoch: run.columns.epochsDone,
      seconds: run.summary.seconds,
    };
    const { started } = run.summary;
    return open(folder, lock, { name, config: config ?? run.config, started, position });
  });
}

interface Opening {
  readonly name: string;
  readonly config: unknown;
  readonly started: number;
  readonly position: ConstructorParameters<typeof RunWriter>[1];
}

function open(folder: RunFolder, lock: FileLock, { name, config, started, position }: Opening): RunWriter {
  prepareRunFolder(folder);
  const { step, epoch, seconds } = position;
  const record = new RunFiles(folder, {
    summary: {
      run: folder.name,
      experiment: name,
      status: 'running',
      epoch,
      step,
      metrics: {},
      started,
      seconds,
    },
    lock,
    logLength: position.resumed ? Number.POSITIVE_INFINITY : 0,
  });
  try {
    // In this order: a folder with a config is a run, and a run has a summary.
    record.writeSummary();
    record.writeConfig(config);
    record.emit({ type: 'run-started', run: folder.name, config, time: Date.now() });
    return new RunWriter(record, position);
  } catch (error) {
    record.close();
    throw error;
  }
}

function guarded(lock: FileLock, make: () => RunWriter): RunWriter {
  try {
    return make();
  } catch (error) {
    lock.release();
    throw error;
  }
}
