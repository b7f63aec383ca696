import {
  builtinNames,
  type Experiment,
  findRun,
  loadExperiment,
  parseOverride,
  RunFolder,
} from '@kindling/train';
import { nameDevice } from '../../device-option.ts';
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

/** The experiment that a command line asks for. */
export async function askedExperiment(
  reference: string | undefined,
  options: ExperimentOptions,
): Promise<Experiment> {
  if (reference === undefined) {
    throw new UsageError(
      `train: expected an experiment file or one of ${builtinNames.join(', ')}, got nothing`,
    );
  }
  nameDevice(options.device);
  const { variant } = options;
  const set = changes(options);
  // What is wrong with a change to the device, loading the experiment says.
  if (set.map(parseOverride).some(({ path, value }) => path.join('.') === 'device' && value === 'tfjs'))
    nameDevice('tfjs');
  const experiment = await loadExperiment(reference, { variant, set });
  if (!options.resume) return experiment;
  // A run goes on as it began: with the changes of then, and those of now.
  const folder =
    options.runDir === undefined ? findRun('runs', experiment.name).folder : new RunFolder(options.runDir);
  if (!folder.exists()) throw new UsageError(`--resume: expected a run, got none in ${folder.path}`);
  const begun = await loadExperiment(folder.experiment, { set });
  if (begun.name === experiment.name) return begun;
  throw new UsageError(
    `--resume: expected a run of ${experiment.name}, got one of ${begun.name} in ${folder.path}`,
  );
}

/** Options that have a path of their own in an experiment come after `--set`. */
function changes({ set = [], device, seed, epochs, logEvery }: ExperimentOptions): readonly string[] {
  const own = { device, seed, epochs, logEvery };
  return [
    ...set,
    ...Object.entries(own).flatMap(([path, value]) => (value === undefined ? [] : [`${path}=${value}`])),
  ];
}
