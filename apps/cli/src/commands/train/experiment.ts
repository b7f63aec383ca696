import {
  builtinNames,
  type Experiment,
  findRun,
  loadExperiment,
  parseOverride,
  RunFolder,
  readRunExperiment,
} from '@kindling/train';
import { nameDevice } from '../../device-option.ts';
import { experimentReference } from '../../standard-input.ts';
import { UsageError } from '../../usage-error.ts';

/** The options of `train` that choose and change an experiment. */
export interface ExperimentOptions {
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly device?: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly logEvery?: number;
  readonly runDir?: string;
  readonly resume?: boolean;
}

/** The experiment that a command line asks for; of a run that is resumed, the one that its folder holds. */
export async function resolveExperiment(
  reference: string | undefined,
  options: ExperimentOptions,
): Promise<Experiment> {
  nameDevice(options.device);
  const { variant, resume, runDir } = options;
  const set = changes(options);
  // What is wrong with a change to the device, loading the experiment says.
  if (set.map(parseOverride).some(({ path, value }) => path.join('.') === 'device' && value === 'tfjs'))
    nameDevice('tfjs');
  if (reference === undefined) {
    if (!resume || runDir === undefined) {
      const place = resume ? ', or --run-dir with a run to resume' : '';
      throw new UsageError(
        `train: expected an experiment file or one of ${builtinNames.join(', ')}${place}, got nothing`,
      );
    }
    if (variant !== undefined) {
      throw new UsageError('--variant: expected an experiment, got only a run to resume');
    }
    return begun(new RunFolder(runDir), set);
  }
  const source = await experimentReference(reference);
  const experiment = await loadExperiment(source.reference, { variant, set, text: source.text });
  if (!resume) return experiment;
  const folder = runDir === undefined ? findRun('runs', experiment.name).folder : new RunFolder(runDir);
  const before = begun(folder, set);
  if (before.name === experiment.name) return before;
  throw new UsageError(
    `--resume: expected a run of ${experiment.name}, got one of ${before.name} in ${folder.path}`,
  );
}

/** The experiment of a run, with the changes that it began with and those of now. */
function begun(folder: RunFolder, set: readonly string[]): Experiment {
  if (!folder.exists()) throw new UsageError(`--resume: expected a run, got none in ${folder.path}`);
  return readRunExperiment(folder, set);
}

/** Options that have a path of their own in an experiment come after `--set`. */
function changes({ set = [], device, seed, epochs, logEvery }: ExperimentOptions): readonly string[] {
  const own = { device, seed, epochs, logEvery };
  return [
    ...set,
    ...Object.entries(own).flatMap(([path, value]) => (value === undefined ? [] : [`${path}=${value}`])),
  ];
}
