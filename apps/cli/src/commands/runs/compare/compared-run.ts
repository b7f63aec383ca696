import {
  flatSettings,
  metricGoal,
  type RunFolder,
  type RunReading,
  type RunState,
  readRunColumns,
} from '@kindling/train';

/** What a run measured of a metric. */
export interface ComparedMetric {
  /** The newest value, as `runs list` shows it. */
  readonly last: number;
  /** The best value of the whole run. Undefined where nothing says which values are good, and where none is finite. */
  readonly best?: number | undefined;
  /** Steps taken when the best value was measured. */
  readonly bestStep?: number | undefined;
}

/** A run that is compared with others. */
export interface ComparedRun {
  readonly name: string;
  readonly path: string;
  readonly state: RunState | 'damaged';
  /** What is wrong with a damaged run. */
  readonly problem?: string | undefined;
  readonly epoch?: number | undefined;
  readonly step?: number | undefined;
  readonly seconds?: number | undefined;
  readonly settings: ReadonlyMap<string, unknown>;
  /** By name: `validation.loss`. */
  readonly metrics: ReadonlyMap<string, ComparedMetric>;
}

/** Reads a run to be compared; one that cannot be read has no settings and no metrics. */
export function comparedRun({ name, path }: RunFolder): ComparedRun {
  let run: RunReading;
  try {
    run = readRunColumns(path);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name, path, state: 'damaged', problem, settings: new Map(), metrics: new Map() };
  }
  const { state, experiment, config } = run;
  const { epoch, step, seconds } = run.summary;
  const settings = flatSettings(experiment ?? config);
  return { name, path, state, epoch, step, seconds, settings, metrics: metricsOf(run) };
}

function metricsOf({ summary, columns }: RunReading): ReadonlyMap<string, ComparedMetric> {
  const { steps, epochs } = columns;
  const courses = new Map<string, Course>();
  for (const [name, values] of steps.metrics) {
    // A step's values are of before its update.
    if (name !== 'lr') courses.set(`train.${name}`, { values, step: steps.step });
  }
  for (const [group, metrics] of epochs.groups) {
    for (const [name, values] of metrics) courses.set(`${group}.${name}`, { values, step: epochs.step });
  }
  const newest = Object.entries(summary.metrics).flatMap(([group, metrics]) =>
    Object.entries(metrics ?? {}).map(([name, value]): [string, number] => [`${group}.${name}`, value]),
  );
  const found = new Map<string, ComparedMetric>();
  for (const [name, last] of newest) {
    found.set(name, { last, ...bestOf(name, courses.get(name), { value: last, step: summary.step }) });
  }
  for (const [name, course] of courses) {
    const value = course.values.findLast((one) => !Number.isNaN(one)) ?? Number.NaN;
    if (!found.has(name)) found.set(name, { last: value, ...bestOf(name, course) });
  }
  return found;
}

/** The values of a metric and the steps that they are of, a row each. */
interface Course {
  readonly values: Float64Array;
  readonly step: Float64Array;
}

interface Measurement {
  readonly value: number;
  readonly step: number;
}

function bestOf(
  name: string,
  course: Course | undefined,
  last?: Measurement,
): Pick<ComparedMetric, 'best' | 'bestStep'> {
  const goal = metricGoal(name);
  if (goal === undefined) return {};
  const isBetter = (value: number, than: number): boolean => (goal === 'max' ? value > than : value < than);
  let best = last !== undefined && Number.isFinite(last.value) ? last : undefined;
  const { values, step } = course ?? { values: [], step: [] };
  for (let row = 0; row < values.length; row++) {
    const [value, at] = [values[row]!, step[row]!];
    if (!Number.isFinite(value)) continue;
    // Of equal values the first counts.
    if (best === undefined || isBetter(value, best.value) || (value === best.value && at < best.step)) {
      best = { value, step: at };
    }
  }
  return best === undefined ? {} : { best: best.value, bestStep: best.step };
}
