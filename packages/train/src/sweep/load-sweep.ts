import { checkOptions } from '@kindling/core/internal';
import type { Experiment } from '../experiment/experiment-schema.ts';
import {
  type Change,
  changesOfVariant,
  type ExperimentSource,
  resolveChanges,
  withAbsolutePaths,
} from '../experiment/load-experiment.ts';
import { shapeFindings } from '../experiment/model-shape.ts';
import { describeValue, ExperimentError, type Problem } from '../experiment/problem.ts';
import { gridPoints, gridSize, type Point, randomPoints } from './draw-trials.ts';
import { documentAxes, type SweepAxis, withSettings } from './sweep-axis.ts';
import { type SweepDefinition, trialName } from './sweep-folder.ts';
import { MAX_TRIALS, type PruneSettings } from './sweep-schema.ts';
import { readSweepSource } from './sweep-source.ts';

export interface SweepOptions {
  /** One of the experiment's variants. */
  readonly variant?: string | undefined;
  /** Axes such as `optimizer.lr=log(1e-4,1e-1)`, and changes to every trial, such as `epochs=5`. */
  readonly set?: readonly string[] | undefined;
  /** Trials to draw at random. Default: every combination, or 20 where an axis is continuous. */
  readonly trials?: number | undefined;
  /** Of the drawing (default 0), and of the trials: the first gets it as its own, the next one more each. */
  readonly seed?: number | undefined;
  /** Whether trials stop early that are worse than the median of the others. Default: as the document says, else false. */
  readonly prune?: boolean | undefined;
  /** The folder that paths start from. Default: the current one. */
  readonly cwd?: string | undefined;
  /** The document, in JSON, where it comes from no file; the reference then names it in messages. */
  readonly text?: string | undefined;
}

/** A trial: a run of the sweep's experiment with values of its own. */
export interface SweepTrial {
  /** The name of the run's folder. */
  readonly run: string;
  /** The value of each axis, by its name; `seed` where that follows from the sweep's. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly experiment: Experiment;
}

/** A sweep, ready to run: every trial is checked. */
export interface Sweep {
  readonly name: string;
  readonly description: string | undefined;
  readonly trials: readonly SweepTrial[];
  /** Combinations of the axes' values; `Infinity` where an axis is continuous. */
  readonly combinations: number;
  /** The metric by which trials are compared. */
  readonly monitor: string;
  readonly prune: PruneSettings | undefined;
  readonly definition: SweepDefinition;
}

/** Trials that are drawn where an axis is continuous and no number is given. */
const DRAWN_TRIALS = 20;

/**
 * Reads a sweep, or an experiment with axes in `set`, chooses its trials and checks the experiment of each. Discrete values are
 * combined in a grid; where an axis is continuous, or `trials` is given, trials are drawn by the seed.
 *
 *     await loadSweep('xor', { set: ['optimizer.lr=log(0.01,10)', 'seed=1..3'], trials: 12 })
 *
 * @throws ExperimentError with every problem of the trials' experiments; JsonSyntaxError
 */
export async function loadSweep(reference: string, options: SweepOptions = {}): Promise<Sweep> {
  const {
    set = [],
    cwd,
    text,
    ...own
  } = checkOptions('loadSweep', options, {
    variant: true,
    set: true,
    trials: true,
    seed: true,
    prune: true,
    cwd: true,
    text: true,
  });
  const { experiment: source, sweep, locate } = await readSweepSource(reference, cwd, text);
  const { axes, fixed } = withSettings(documentAxes(sweep?.axes ?? {}, locate), set);
  const variant = own.variant ?? sweep?.variant;
  const count = own.trials ?? sweep?.trials;
  const seed = own.seed ?? sweep?.seed;
  checkSize(axes, count);

  const points = pointsOf(axes, count, seed ?? 0);
  const isSeeded = [
    ...axes.flatMap(pathsOf),
    ...fixed.map(({ change }) => change.override.path.join('.')),
  ].includes('seed');
  const ownSeed = seed === undefined || isSeeded ? undefined : seed;
  const before = fixed.map(({ change }) => change);
  const trials = resolveTrials(
    source,
    points.map((point, i) => ({
      run: trialName(i, points.length),
      settings: {
        ...Object.fromEntries(axes.map(({ name }, axis) => [name, point[axis]])),
        ...(ownSeed === undefined ? {} : { seed: ownSeed + i }),
      },
      changes: [
        ...(variant === undefined ? [] : [variantChange(variant)]),
        ...before,
        ...axes.flatMap(({ changesOf }, axis) => changesOf(point[axis])),
        ...(ownSeed === undefined ? [] : [seedChange(ownSeed + i)]),
      ],
    })),
  );
  const name = sweep?.name ?? nameOf(source, axes, trials[0]!.experiment);
  const prune = own.prune === false ? undefined : own.prune ? (sweep?.prune ?? { trials: 3 }) : sweep?.prune;
  const monitor = monitorOf(trials);
  const combinations = gridSize(axes.map(({ values }) => values));
  return {
    name,
    description: sweep?.description,
    trials,
    combinations,
    monitor,
    prune,
    definition: {
      name,
      experiment: source.document,
      variant: variant ?? null,
      set: fixed.map(({ text: written }) => written),
      axes: Object.fromEntries(axes.map((axis) => [axis.name, axis.definition])),
      draws: count ?? (combinations === Number.POSITIVE_INFINITY ? DRAWN_TRIALS : null),
      seed: seed ?? null,
      prune: prune ?? null,
      monitor,
      trials: trials.map(({ run, settings }) => ({ run, settings })),
    },
  };
}

/** The experiment's name, of all variants where the variant changes from trial to trial. */
function nameOf({ document }: ExperimentSource, axes: readonly SweepAxis[], first: Experiment): string {
  const isOfVariants = axes.flatMap(pathsOf).includes('variant');
  const own: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'name') : undefined;
  return isOfVariants && typeof own === 'string' ? own : first.name;
}

/** The metric that all trials watch. @throws ExperimentError where they watch different ones */
function monitorOf(trials: readonly SweepTrial[]): string {
  const monitors = [...new Set(trials.map(({ experiment }) => experiment.checkpoint.monitor))];
  if (monitors.length === 1) return monitors[0]!;
  const message = `expected one metric to compare trials by, got ${monitors.join(', ')}; set checkpoint.monitor`;
  throw new ExperimentError({ origin: 'sweep', path: ['checkpoint', 'monitor'], message });
}

const variantChange = (variant: string): Change => ({
  override: { path: ['variant'], value: variant },
  locate: () => ({ origin: `--variant ${variant}` }),
});

const seedChange = (seed: number): Change => ({
  override: { path: ['seed'], value: seed },
  locate: () => ({ origin: '--seed' }),
});

/** The paths that an axis changes, with the value that it has first. */
const pathsOf = ({ values, changesOf }: SweepAxis): readonly string[] =>
  changesOf(values.type === 'choice' ? values.values[0] : values.low).map(({ override }) =>
    override.path.join('.'),
  );

function checkSize(axes: readonly SweepAxis[], count: number | undefined): void {
  const refuse = (message: string) => new ExperimentError({ origin: 'sweep', path: [], message });
  if (axes.length === 0) {
    throw refuse(
      'expected something to change: --set path=values, such as optimizer.lr=0.1,0.01 or seed=1..5, got one value of each',
    );
  }
  const size = gridSize(axes.map(({ values }) => values));
  const asked = count ?? (size === Number.POSITIVE_INFINITY ? DRAWN_TRIALS : size);
  if (!Number.isSafeInteger(asked) || asked < 1) {
    throw refuse(`expected trials to be an integer of at least 1, got ${describeValue(asked)}`);
  }
  if (asked <= MAX_TRIALS) return;
  const hint = count === undefined ? ' combinations; set --trials N to draw N of them' : '';
  throw refuse(`expected at most ${MAX_TRIALS} trials, got ${asked}${hint}`);
}

function pointsOf(axes: readonly SweepAxis[], count: number | undefined, seed: number): readonly Point[] {
  const values = axes.map((axis) => axis.values);
  const isDrawn = count !== undefined || gridSize(values) === Number.POSITIVE_INFINITY;
  return isDrawn ? randomPoints(values, count ?? DRAWN_TRIALS, seed) : gridPoints(values);
}

interface TrialPlan extends Pick<SweepTrial, 'run' | 'settings'> {
  readonly changes: readonly Change[];
}

/** Problems that an error lists. */
const MAX_PROBLEMS = 20;

/** @throws ExperimentError with what is wrong in any of the trials */
function resolveTrials(source: ExperimentSource, plans: readonly TrialPlan[]): readonly SweepTrial[] {
  const problems = new Map<string, Problem>();
  const trials = plans.flatMap(({ run, settings, changes }): SweepTrial[] => {
    try {
      return [{ run, settings, experiment: resolveTrial(source, changes) }];
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      for (const problem of error.problems) {
        // Drawn numbers differ from trial to trial, what is wrong with them does not.
        const key = JSON.stringify([problem.path, problem.origin, problem.message.split(', got ')[0]]);
        if (problems.size < MAX_PROBLEMS && !problems.has(key)) problems.set(key, hinted(problem));
      }
      return [];
    }
  });
  if (problems.size > 0) throw new ExperimentError([...problems.values()]);
  return trials;
}

/** Names the values that draw integers, where such were expected of others. */
function hinted(problem: Problem): Problem {
  const isDrawn = /=\s*(log|uniform)\s*\(/.test(problem.origin);
  return isDrawn && problem.message.startsWith('expected an integer')
    ? { ...problem, message: `${problem.message}; use first..last for integers` }
    : problem;
}

/** The experiment of a trial. A change of `variant` chooses one of the document's variants, whose changes come first. */
function resolveTrial(source: ExperimentSource, changes: readonly Change[]): Experiment {
  const isVariant = ({ override }: Change): boolean => override.path.join('.') === 'variant';
  const variant = changes.findLast(isVariant);
  const all = [
    ...(variant === undefined ? [] : ofVariant(source, variant)),
    ...changes.filter((change) => !isVariant(change)),
  ];
  try {
    const { experiment, locate } = resolveChanges(source, all);
    const findings = shapeFindings(experiment);
    if (findings.length === 0) return withAbsolutePaths(experiment, source.folder);
    throw new ExperimentError(
      findings.map((finding) => ({ ...finding, ...locate(finding.path, finding.part) })),
    );
  } catch (error) {
    throw error instanceof ExperimentError ? placed(error, all) : error;
  }
}

function ofVariant(source: ExperimentSource, { override, locate }: Change): readonly Change[] {
  try {
    return changesOfVariant(source, String(override.value));
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error;
    throw new ExperimentError(error.problems.map((problem) => ({ ...problem, ...locate([]) })));
  }
}

/** A change that cannot be made is reported where it is written. */
function placed(error: ExperimentError, changes: readonly Change[]): ExperimentError {
  return new ExperimentError(
    error.problems.map((problem) => {
      if (problem.origin !== '--set') return problem;
      const change = changes.find(({ override }) =>
        problem.path.every((key, i) => override.path[i] === String(key)),
      );
      return { ...problem, ...change?.locate([], 'key') };
    }),
  );
}
