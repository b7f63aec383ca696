import type { SampleEvent } from '@kindling/train/events';
import { type ChartOption, classScores, confusionMatrix, scatter as scatterChart } from '@kindling/viz';
import { predictionScatter } from '../report/charts.ts';
import { sampleChart } from './samples.ts';

type Predictions = Extract<SampleEvent, { kind: 'predictions' }>;

/** Prediction over target, for models of several inputs. */
function predictionOverTarget({ target, prediction }: Predictions, title: string): ChartOption {
  const [[targetName, x]] = Object.entries(target) as [[string, number[]]];
  const [[name, y]] = Object.entries(prediction) as [[string, number[]]];
  return scatterChart(
    { x, prediction: y },
    { title, xName: `${targetName} (target)`, yName: `${name} (prediction)` },
  );
}

/** Target and prediction over the only input, or prediction over target. */
export const scatter = sampleChart({
  kind: 'predictions',
  needs: 'predictions of one number',
  isDrawable: ({ target, prediction }) =>
    Object.keys(target).length === 1 && Object.keys(prediction).length === 1,
  draw: (sample, title) => predictionScatter(sample, title) ?? predictionOverTarget(sample, title),
});

/** How often samples of a class were predicted as each class. */
export const confusion = sampleChart({
  kind: 'confusionMatrix',
  needs: 'a confusion matrix',
  draw: ({ classes, counts }, title) => confusionMatrix({ counts, classes }, { title }),
});

/** The outputs for one row of the predictions, a bar a class. */
export const scores = sampleChart({
  kind: 'predictions',
  needs: 'predictions of several numbers',
  options: ['index'],
  isDrawable: ({ prediction }) => Object.keys(prediction).length > 1,
  draw(sample, title, _, { index = 0 }) {
    const columns = Object.entries(sample.prediction);
    const rows = columns[0]![1].length;
    if (index >= rows) throw new RangeError(`--index: expected a row below ${rows}, got ${index}`);
    const target = targetOf(sample, index);
    return classScores(
      { scores: columns.map(([, values]) => values[index]!), classes: columns.map(([name]) => name) },
      { title: `${title}, row ${index}`, ...(target === undefined ? {} : { target }) },
    );
  },
});

/** The true class of a row: the only target column holds its index, or several a 1 in its place. */
function targetOf({ target, prediction }: Predictions, row: number): number | undefined {
  const classes = Object.keys(prediction);
  const targets = Object.values(target);
  if (targets.length === 1) {
    const value = targets[0]![row];
    return classes[value ?? -1] === undefined ? undefined : value;
  }
  const at = targets.findIndex((column) => column[row] === 1);
  return targets.length === classes.length && at >= 0 ? at : undefined;
}
