import { extname } from 'node:path';
import { builtinNames, isBuiltinName } from '../experiment/builtin.ts';
import { sizeFinding } from '../experiment/document-size.ts';
import type { JsonPath } from '../experiment/json-document.ts';
import { type ExperimentSource, readExperimentSource } from '../experiment/load-experiment.ts';
import {
  describeIssue,
  didYouMean,
  ExperimentError,
  experimentError,
  findingsOf,
  type Locate,
} from '../experiment/problem.ts';
import { builtinSweepNames, builtinSweepTexts, isBuiltinSweepName } from './builtin-sweeps.ts';
import { isSweep } from './is-sweep.ts';
import { type SweepDocument, sweepSchema } from './sweep-schema.ts';

/** What a sweep is made from. */
export interface SweepSource {
  /** The experiment that the axes change. */
  readonly experiment: ExperimentSource;
  /** The sweep, where it has a document of its own. */
  readonly sweep: SweepDocument | undefined;
  /** Where that document has a path. */
  readonly locate: Locate;
}

/**
 * Reads a sweep or an experiment, by a built-in name or a path.
 *
 * @throws ExperimentError, JsonSyntaxError
 */
export async function readSweepSource(
  reference: string,
  cwd = process.cwd(),
  text?: string,
): Promise<SweepSource> {
  const isName = text === undefined && extname(reference) === '' && !isBuiltinName(reference);
  if (isName && !isBuiltinSweepName(reference)) {
    const names = [...builtinSweepNames, ...builtinNames];
    const expected = `expected a sweep (${builtinSweepNames.join(', ')}), an experiment (${builtinNames.join(', ')}), or a file`;
    const message = `${expected}, got ${JSON.stringify(reference)}${didYouMean(reference, names)}`;
    throw new ExperimentError({ origin: 'sweep', path: [], message });
  }
  const written = await readExperimentSource(
    reference,
    cwd,
    text ?? (isBuiltinSweepName(reference) ? builtinSweepTexts[reference] : undefined),
  );
  const locate: Locate = (path, part) => ({
    origin: written.origin,
    range: written.rangeOf?.(path, part),
  });
  if (!isSweep(written.document)) return { experiment: written, sweep: undefined, locate };
  const sweep = parseSweep(written.document, locate);
  return { experiment: await experimentOf(sweep, written, locate), sweep, locate };
}

function parseSweep(document: unknown, locate: Locate): SweepDocument {
  const tangled = sizeFinding(document);
  if (tangled !== undefined) throw experimentError([tangled], locate);
  const parsed = sweepSchema().safeParse(document, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw experimentError(findingsOf(parsed.error, document), locate);
}

async function experimentOf(
  { experiment }: SweepDocument,
  written: ExperimentSource,
  locate: Locate,
): Promise<ExperimentSource> {
  if (typeof experiment !== 'string') {
    const within = (path: JsonPath): JsonPath => ['experiment', ...path];
    const { origin, folder, rangeOf } = written;
    return {
      origin,
      folder,
      document: experiment,
      ...(rangeOf ? { rangeOf: (path, part) => rangeOf(within(path), part) } : {}),
    };
  }
  const source = await readExperimentSource(experiment, written.folder);
  if (!isSweep(source.document)) return source;
  const message = `expected an experiment, got a sweep in ${JSON.stringify(experiment)}`;
  throw new ExperimentError({ path: ['experiment'], message, ...locate(['experiment']) });
}
