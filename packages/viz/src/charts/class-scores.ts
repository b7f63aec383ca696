import { shortNumber } from '../axes/number-label.ts';
import { type Column, expectLength, isDrawable } from '../columns/column.ts';
import { displayable } from '../display/displayable.ts';
import type { ChartOption } from '../option.ts';
import { type ChartTexts, englishTexts } from '../text/chart-texts.ts';
import { barChart } from './bar-chart.ts';

/** Row i of `scores` is the output for class i. */
export interface ClassScoreColumns {
  readonly scores: Column;
  /** Names of the classes. Default: 0, 1, … */
  readonly classes?: readonly string[];
}

export interface ClassScoreOptions {
  readonly title?: string;
  /** Index of the true class, whose bar is vermillion; a note compares it with the highest score. */
  readonly target?: number;
  /** Name of the classes' axis. Default `class`. */
  readonly xName?: string;
  /** What the scores are, such as `probability` or `logit`. Default `score`. */
  readonly yName?: string;
  /** Ends of the score axis. Default: 0 to 1 where all scores lie there, else from the data, with zero. */
  readonly yRange?: readonly [min: number, max: number];
  /** Texts of its own axes and notes. Default: English. */
  readonly texts?: ChartTexts;
}

/**
 * The outputs of a classifier for one sample, a bar for each class. A note names the class with the highest score, the
 * prediction, and with `target` the true class.
 *
 *     classScores({ scores: output }, { target: 4, xName: 'digit', yName: 'probability' })
 *
 * @throws {RangeError} for columns of different length, or a target that is no index
 */
export function classScores(
  { scores, classes }: ClassScoreColumns,
  options: ClassScoreOptions = {},
): ChartOption {
  const names = classes ?? Array.from({ length: scores.length }, (_, i) => String(i));
  expectLength('classScores', 'scores', scores, names.length, 'classes');
  const { target, texts = englishTexts, xName = texts.class, yName = texts.score } = options;
  if (target !== undefined && !(Number.isInteger(target) && target >= 0 && target < scores.length)) {
    throw new RangeError(
      `classScores: expected target to be an index below ${scores.length}, got ${String(target)}`,
    );
  }
  let best = -1;
  let isShare = true;
  for (let i = 0; i < scores.length; i++) {
    if (!isDrawable(scores[i]!)) continue;
    if (scores[i]! < 0 || scores[i]! > 1) isShare = false;
    if (best < 0 || scores[i]! > scores[best]!) best = i;
  }
  const yRange = options.yRange ?? (isShare && best >= 0 ? ([0, 1] as const) : undefined);
  const chart = barChart(
    { labels: names, values: scores },
    {
      ...(options.title === undefined ? {} : { title: options.title }),
      xName,
      yName,
      texts,
      ...(target === undefined ? {} : { highlight: target }),
      ...(yRange ? { yRange } : {}),
    },
  );
  if (best < 0) return chart;
  const prediction = texts.predicted(names[best]!, shortNumber(scores[best]!, 3));
  const note = target === undefined ? prediction : texts.judged(names[target]!, prediction, best === target);
  const subtext = [note, chart.title?.subtext].filter(Boolean).join('\n');
  return displayable({ ...chart, title: { text: chart.title?.text ?? '', subtext } });
}
