import { ArgumentError, type Tensor } from '@kindling/core';
import { checkOptions } from '@kindling/core/internal';
import { ConfusionMatrix, type ConfusionMatrixOptions } from './confusion-matrix.ts';
import { decisionOptionNames } from './decision.ts';
import type { MergeableMetric } from './metric.ts';

/** Precision, recall and F1 of one class, and how often it is the true one. */
export interface ClassScores {
  /** Of the answers with this class, the part that is right: TP/(TP + FP). */
  readonly precision: number;
  /** Of the cases of this class, the part that is found: TP/(TP + FN). */
  readonly recall: number;
  /** Their harmonic mean: 2TP/(2TP + FP + FN). */
  readonly f1: number;
  readonly support: number;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const scoresOf = (right: number, answered: number, support: number): ClassScores => ({
  precision: ratio(right, answered),
  recall: ratio(right, support),
  f1: ratio(2 * right, answered + support),
  support,
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How often each class was answered. */
const answers = (matrix: readonly (readonly number[])[]): number[] =>
  matrix.map((_, column) => sum(matrix.map((row) => row[column]!)));

/**
 * The scores of each class from a confusion matrix (rows are true classes). What has nothing to count is 0, as in scikit-learn.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_fscore_support.html
 */
export function classScores(matrix: readonly (readonly number[])[]): ClassScores[] {
  const answered = answers(matrix);
  return matrix.map((row, i) => scoresOf(row[i]!, answered[i]!, sum(row)));
}

export interface ClassScoreOptions extends ConfusionMatrixOptions {
  /**
   * `'macro'`: the mean over classes that occur; `'weighted'`: weighted by how often they do; `'micro'`: of all classes as
   * one; `'binary'`: of class 1. Default `'binary'` for a binary task, else `'macro'`.
   */
  readonly average?: 'macro' | 'weighted' | 'micro' | 'binary';
}

type Score = 'precision' | 'recall' | 'f1';

function averaged(matrix: readonly (readonly number[])[], score: Score, average: string): number {
  if (matrix.length === 0) return Number.NaN;
  const scores = classScores(matrix);
  const total = sum(scores.map(({ support }) => support));
  if (average === 'binary') return scores[1]![score];
  if (average === 'micro') return scoresOf(sum(matrix.map((row, i) => row[i]!)), total, total)[score];
  if (average === 'weighted') return sum(scores.map((s) => s[score] * s.support)) / total;
  const answered = answers(matrix);
  const occurring = scores.filter(({ support }, i) => support + answered[i]! > 0);
  return sum(occurring.map((s) => s[score])) / occurring.length;
}

/** One of a classifier's scores, from a confusion matrix over all batches. */
abstract class ClassScore implements MergeableMetric {
  readonly #matrix: ConfusionMatrix;
  readonly #score: Score;
  readonly #average: string;

  constructor(score: Score, options: ClassScoreOptions) {
    const { average: asked, ...decision } = checkOptions(score, options, {
      ...decisionOptionNames,
      average: true,
    });
    const { task = 'multiclass' } = decision;
    const average = asked ?? (task === 'binary' ? 'binary' : 'macro');
    if (average === 'binary' && task !== 'binary') {
      throw new ArgumentError(`${score}: expected average 'binary' with a binary task, got ${task}`);
    }
    this.#matrix = new ConfusionMatrix(decision);
    this.#score = score;
    this.#average = average;
  }

  reset(): void {
    this.#matrix.reset();
  }

  update(output: Tensor, target: Tensor): void {
    this.#matrix.update(output, target);
  }

  state(): readonly number[] {
    return this.#matrix.state();
  }

  mergeState(state: readonly number[]): void {
    this.#matrix.mergeState(state);
  }

  /** NaN before the first update. */
  compute(): number {
    return averaged(this.#matrix.compute(), this.#score, this.#average);
  }
}

/** Of the answers with a class, the part that is right, averaged over classes. */
export class Precision extends ClassScore {
  constructor(options: ClassScoreOptions = {}) {
    super('precision', options);
  }
}

/** Of the cases of a class, the part that is found, averaged over classes. */
export class Recall extends ClassScore {
  constructor(options: ClassScoreOptions = {}) {
    super('recall', options);
  }
}

/** The harmonic mean of precision and recall, averaged over classes. */
export class F1 extends ClassScore {
  constructor(options: ClassScoreOptions = {}) {
    super('f1', options);
  }
}
