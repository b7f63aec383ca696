import * as z from 'zod';
import { readJsonLines } from '../cli/json-lines.ts';

const position = z.object({ line: z.int().min(1), column: z.int().min(1) });

/** A line of `kindling experiment check --json`: a problem of an experiment. Lines and columns count from 1; `end` is behind it. */
const problemRecord = z.object({
  type: z.literal('problem'),
  path: z.string(),
  message: z.string(),
  /** What was meant, perhaps. */
  suggestion: z.string().optional(),
  variant: z.string().optional(),
  start: position.optional(),
  end: position.optional(),
});

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** A problem as an editor shows it. Lines and characters count from 0. */
export interface Problem {
  readonly message: string;
  readonly start: Place;
  readonly end: Place;
  readonly suggestion: string | undefined;
}

const origin: Place = { line: 0, character: 0 };

/** The problems that a check has printed; one that is in several variants once. */
export function readProblems(output: string): Problem[] {
  const seen = new Set<string>();
  return readJsonLines(output, problemRecord).flatMap(({ path, message, suggestion, start, end }) => {
    const from = start === undefined ? origin : placeOf(start);
    const to = end === undefined ? { ...from, character: from.character + 1 } : placeOf(end);
    const problem: Problem = {
      message: path === '' ? message : `${path}: ${message}`,
      start: from,
      end: to,
      suggestion,
    };
    const key = JSON.stringify(problem);
    if (seen.has(key)) return [];
    seen.add(key);
    return [problem];
  });
}

const placeOf = ({ line, column }: z.output<typeof position>): Place => ({
  line: line - 1,
  character: column - 1,
});

/** What replaces the text of a problem to follow its suggestion: in quotes where the text is. */
export const replacement = (text: string, suggestion: string): string =>
  text.startsWith('"') ? JSON.stringify(suggestion) : suggestion;
