import { consistencyFindings } from './consistency.ts';
import { type Experiment, experimentSchema, resolveExperiment } from './experiment-schema.ts';
import type { JsonPath } from './json-document.ts';
import { describeIssue, ExperimentError, type Finding, findingsOf, type Problem } from './problem.ts';

export interface ParseOptions {
  /** Where a person finds what a path leads to. Default: `experiment`. */
  readonly locate?: (path: JsonPath) => Pick<Problem, 'origin' | 'position'>;
}

/**
 * Checks a document and fills in its defaults.
 *
 * @throws ExperimentError with every problem: the path, what was expected, what came.
 */
export function parseExperiment(document: unknown, options: ParseOptions = {}): Experiment {
  const { locate = () => ({ origin: 'experiment' }) } = options;
  const fail = (findings: readonly Finding[]) =>
    new ExperimentError(...findings.map((finding) => ({ ...finding, ...locate(finding.path) })));

  const parsed = experimentSchema.safeParse(document, { error: describeIssue });
  if (!parsed.success) throw fail(findingsOf(parsed.error, document));
  const experiment = resolveExperiment(parsed.data);
  const findings = consistencyFindings(experiment);
  if (findings.length > 0) throw fail(findings);
  return experiment;
}
