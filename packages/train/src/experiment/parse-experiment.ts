import { consistencyFindings } from './consistency.ts';
import { documentSize } from './document-size.ts';
import { type Experiment, experimentSchema, resolveExperiment } from './experiment-schema.ts';
import { describeIssue, experimentError, findingsOf, type Locate } from './problem.ts';

export interface ParseOptions {
  /** Name and position of a path in messages. Default: `experiment`. */
  readonly locate?: Locate;
  /** How many problems an error lists. Default 20. */
  readonly limit?: number | undefined;
}

/** Zod writes a program for each schema, which takes longer than to read as many values as this without one. */
const FEW_VALUES = 10_000;

/**
 * Checks a document and fills in its defaults.
 *
 * @throws ExperimentError with every problem: the path, what was expected, what came.
 */
export function parseExperiment(document: unknown, options: ParseOptions = {}): Experiment {
  const { locate = () => ({ origin: 'experiment' }), limit } = options;
  const { values, finding } = documentSize(document);
  if (finding !== undefined) throw experimentError([finding], locate, limit);
  const jitless = values <= FEW_VALUES;
  const parsed = experimentSchema.safeParse(document, { error: describeIssue, jitless });
  if (!parsed.success) throw experimentError(findingsOf(parsed.error, document), locate, limit);
  const experiment = resolveExperiment(parsed.data, jitless);
  const findings = consistencyFindings(experiment);
  if (findings.length > 0) throw experimentError(findings, locate, limit);
  return experiment;
}
