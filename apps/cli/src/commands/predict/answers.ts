import type { TrainedModel } from '@kindling/train';
import type { Question } from './question.ts';

/** What was asked of a model, and what it said. */
export interface Answers {
  /** The run's name. */
  readonly name: string;
  readonly model: TrainedModel;
  readonly questions: readonly Question[];
  /** For each question: a score for each class, or a number for each target, in the data's units. */
  readonly answers: readonly (readonly number[])[];
}

/** Where a question came from, as `--json` shows it. */
export const originOf = ({ file, index }: Question): object => ({
  ...(file === undefined ? {} : { file }),
  ...(index === undefined ? {} : { index }),
});
