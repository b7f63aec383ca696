import { type ChartOption, type ChartTexts, classScores, scatter } from '@kindling/viz';
import type { Sample } from './sample-kind.ts';

/**
 * Predictions of one number over the only input, or over the target where there are several inputs; `undefined` where neither can be
 * drawn.
 */
export function predictionChart(
  { input, target, prediction }: Sample<'predictions'>,
  texts: ChartTexts,
): ChartOption | undefined {
  const [inputs, targets, predictions] = [input, target, prediction].map((columns) =>
    Object.entries(columns),
  );
  const [[output, predicted] = []] = predictions!;
  const [[, wanted] = []] = targets!;
  if (predictions!.length !== 1 || targets!.length > 1 || !predicted) return undefined;
  if (inputs!.length === 1) {
    const [[xName, x]] = inputs as [[string, number[]]];
    return scatter(
      { x, prediction: predicted, ...(wanted ? { target: wanted } : {}) },
      { xName, yName: output!, texts },
    );
  }
  if (!wanted) return undefined;
  return scatter(
    { x: wanted, prediction: predicted },
    { xName: `${output} (${texts.target})`, yName: `${output} (${texts.prediction})`, texts },
  );
}

/** The outputs for one row, a bar a class; `undefined` for a single output. */
export function scoreChart(
  { prediction, target }: Sample<'predictions'>,
  row: number,
  texts: ChartTexts,
): ChartOption | undefined {
  const columns = Object.entries(prediction);
  if (columns.length < 2) return undefined;
  const [only, ...others] = Object.values(target);
  const index =
    others.length === 0 ? only?.[row] : Object.values(target).findIndex((column) => column[row] === 1);
  const isClass = index !== undefined && Number.isInteger(index) && index >= 0 && index < columns.length;
  return classScores(
    {
      scores: columns.map(([, values]) => values[row] ?? Number.NaN),
      classes: columns.map(([name]) => name),
    },
    { texts, ...(isClass ? { target: index } : {}) },
  );
}

/** Rows of a sample. */
export const rowCount = ({ prediction }: Sample<'predictions'>): number =>
  Object.values(prediction)[0]?.length ?? 0;
