import { barChart, image, renderTerminal } from '@kindling/viz';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';
import type { PredictionInput } from './prediction-input.ts';
import { type PredictionResults, sourceOf } from './prediction-results.ts';

interface Verdict {
  readonly sample: PredictionInput;
  /** By class. */
  readonly scores: readonly number[];
  readonly best: number;
  readonly label: number | undefined;
}

/** What a classifier says: the class with the highest score, and the scores of all. */
export function showClasses({ name, model, samples, results }: PredictionResults, output: Output): void {
  const { outputNames: classes } = model.signature;
  const isNamed = classes.some((own, i) => own !== String(i));
  const verdicts = samples.map((sample, i): Verdict => {
    const scores = results[i]!;
    const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
    return { sample, scores, best, label: sample.truth?.[0] };
  });
  for (const { sample, scores, best, label } of verdicts) {
    const known = label === undefined ? {} : { label };
    const named = isNamed ? { className: classes[best] } : {};
    output.emit({
      type: 'prediction',
      run: name,
      ...sourceOf(sample),
      class: best,
      ...named,
      scores,
      ...known,
    });
  }
  const [only, ...others] = verdicts;
  if (only !== undefined && others.length === 0) showOne(only, classes, output);
  else showTable(verdicts, classes, output);
}

function showOne({ sample, scores, best, label }: Verdict, classes: readonly string[], output: Output): void {
  const { columns, color } = output;
  const { picture, file, index } = sample;
  if (picture) {
    const place = [file ?? 'image', ...(index === undefined ? [] : [String(index)])].join(' ');
    const title = label === undefined ? place : `${place}, label ${label}`;
    const shown = image(picture, { title });
    output.print(`${renderTerminal(shown, { width: Math.min(columns, 60), height: 16, color })}\n`);
  }
  const labels = scores.map((_, i) => classes[i] ?? String(i));
  const chart = barChart({ labels, values: scores }, { xName: 'class', yName: 'score', highlight: best });
  output.print(
    `${renderTerminal(chart, { width: Math.min(columns, 80), height: scores.length + 2, color })}\n`,
  );
  const verdict =
    label === undefined
      ? ''
      : label === best
        ? ', correct'
        : `, incorrect: the label is ${classes[label] ?? label}`;
  output.print(`class ${classes[best] ?? best}, score ${scores[best]!.toFixed(4)}${verdict}`);
}

function showTable(verdicts: readonly Verdict[], classes: readonly string[], output: Output): void {
  const isKnown = verdicts.some(({ label }) => label !== undefined);
  const rows = verdicts.map(({ sample, scores, best, label }, i) => [
    sample.index ?? i,
    classes[best] ?? best,
    scores[best]!.toFixed(4),
    ...(isKnown ? [label === undefined ? '' : (classes[label] ?? label)] : []),
  ]);
  const header = ['row', 'class', 'score', ...(isKnown ? ['label'] : [])];
  output.print(table(header, rows, { numeric: header, color: output.color }));
  if (!isKnown) return;
  const labelled = verdicts.filter(({ label }) => label !== undefined);
  const right = labelled.filter(({ best, label }) => label === best).length;
  output.print(`\n${right} of ${labelled.length} correct`);
}
