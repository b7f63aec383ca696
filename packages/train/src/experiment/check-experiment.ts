import { checkOptions } from '@kindling/core/internal';
import type { Experiment } from './experiment-schema.ts';
import { characterAt, JsonSyntaxError } from './json-document.ts';
import {
  type ExperimentSource,
  type LoadExperimentOptions,
  readExperimentSource,
  resolveSource,
} from './load-experiment.ts';
import { shapeFindings } from './model-shape.ts';
import { ExperimentError, type Problem } from './problem.ts';
import { variantNames } from './variant.ts';

/** What was found in the document of an experiment. */
export interface ExperimentCheck {
  /** In the order of the document where it has places. */
  readonly problems: readonly Problem[];
  /** The experiment with its defaults filled in, where it can be read. */
  readonly experiment: Experiment | undefined;
  /** Names of the variants, each of which was checked. */
  readonly variants: readonly string[];
}

/** Problems that a check lists. */
const limit = 1000;

/**
 * Checks the document of an experiment and each of its variants, without loading data: the keys and values, whether they go
 * together, and whether the layers fit each other and a built-in source. Lists every problem, 1000 at most, with the range of text
 * that it is about, instead of throwing.
 */
export async function checkExperiment(
  reference: string,
  options: LoadExperimentOptions = {},
): Promise<ExperimentCheck> {
  const { variant, set, cwd, text } = checkOptions('checkExperiment', options, {
    variant: true,
    set: true,
    cwd: true,
    text: true,
  });
  let source: ExperimentSource;
  try {
    source = await readExperimentSource(reference, cwd, text);
  } catch (error) {
    return { problems: problemsOf(error, reference), experiment: undefined, variants: [] };
  }
  const { problems, experiment } = check(source, { variant, set });
  const variants = variantNames(source.document);
  const own = new Set(problems.map(identity));
  const further = (variant === undefined ? variants : []).flatMap((name) =>
    check(source, { variant: name, set })
      .problems.map((problem) => inVariant(problem, name, source))
      .filter((problem) => !own.has(identity(problem))),
  );
  return { problems: [...problems, ...further].sort(byPlace).slice(0, limit), experiment, variants };
}

function check(
  source: ExperimentSource,
  options: Pick<LoadExperimentOptions, 'variant' | 'set'>,
): { readonly problems: readonly Problem[]; readonly experiment: Experiment | undefined } {
  try {
    const { experiment, locate } = resolveSource(source, { ...options, limit });
    const problems = shapeFindings(experiment).map((finding) => ({
      ...finding,
      ...locate(finding.path, finding.part),
    }));
    return { problems, experiment };
  } catch (error) {
    return { problems: problemsOf(error, source.origin), experiment: undefined };
  }
}

/** What an error of reading an experiment lists, in the order of the document. @throws the error, where it is another. */
export function problemsOf(error: unknown, origin: string): readonly Problem[] {
  if (error instanceof ExperimentError) return error.problems.toSorted(byPlace);
  if (!(error instanceof JsonSyntaxError)) throw error;
  const { position, problem } = error;
  return [{ origin, path: [], message: problem, range: characterAt(position) }];
}

/** A change that cannot be made is reported where the variant is written. */
function inVariant(problem: Problem, variant: string, { origin, rangeOf }: ExperimentSource): Problem {
  if (problem.range !== undefined || problem.origin !== '--set') return problem;
  return {
    ...problem,
    origin: `${origin} (variant ${variant})`,
    variant,
    range: rangeOf?.(['variants', variant, problem.path.join('.')], 'key'),
  };
}

const identity = ({ path, message, range }: Problem): string =>
  JSON.stringify([path, message, range ?? null]);

/** What has no place comes first. */
function byPlace(a: Problem, b: Problem): number {
  const [left, right] = [a, b].map(({ range }) => range?.start ?? { line: 0, column: 0 });
  return left!.line - right!.line || left!.column - right!.column;
}
