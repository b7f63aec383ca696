import { consistencyFindings } from './consistency.ts';
import { sizeFinding } from './document-size.ts';
import { type Experiment, experimentSchema, resolveExperiment } from './experiment-schema.ts';
import { describeIssue, experimentError, findingsOf, type Locate } from './problem.ts';

export interface ParseOptions {
  /** Name and position of a path in messages. Default: `experiment`. */
  readonly locate?: Locate;
  /** How many problems an error lists. Default 20. */
  readonly limit?: number | undefined;
}

/**
 * Checks a document and fills in its defaults.
 *
 * @throws ExperimentError with every problem: the path, what was expected, what came.
 */
export function parseExperiment(document: unknown, options: ParseOptions = {}): Experiment {
  const { locate = () => ({ origin: 'experiment' }), limit } = options;
  const tangled = sizeFinding(document);
  if (tangled !== undefined) throw experimentError([tangled], locate, limit);
  const parsed = experimentSchema.safeParse(document, { error: describeIssue });
  if (!parsed.success) throw experimentError(findingsOf(parsed.error, document), locate, limit);
  const experiment = resolveExperiment(parsed.data);
  const findings = consistencyFindings(experiment);
  if (findings.length > 0) throw experimentError(findings, locate, limit);
  return experiment;
}
