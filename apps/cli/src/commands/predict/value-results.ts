import { lossDescriptor, outputKind } from '@kindling/train/internal';
import { decide, predictionTable } from '../../report/prediction-table.ts';
import type { Output } from '../../terminal/output.ts';
import { type PredictionResults, sourceOf } from './prediction-results.ts';

/** What a model says that predicts numbers, or the probability of a yes. */
export function showValues({ name, model, samples, results }: PredictionResults, output: Output): void {
  const { loss } = model.experiment;
  const { inputNames, outputNames } = model.signature;
  const { isBinary = false } = lossDescriptor(loss.type);
  const kind = outputKind(loss);
  const binary = isBinary && outputNames.length === 1;
  const values = isBinary && kind === 'logits' ? results.map((row) => row.map(sigmoid)) : results;
  const deviations =
    kind === 'meansAndLogVariances' ? values.map((row) => row.slice(outputNames.length)) : undefined;

  samples.forEach((sample, i) => {
    const { row, truth } = sample;
    output.emit({
      type: 'prediction',
      run: name,
      ...sourceOf(sample),
      input: byName(inputNames, row),
      prediction: byName(outputNames, values[i]!),
      ...(deviations === undefined ? {} : { deviation: byName(outputNames, deviations[i]!) }),
      ...(binary ? { class: decide(values[i]![0]!) } : {}),
      ...(truth === undefined ? {} : { target: byName(outputNames, truth) }),
    });
  });
  const truths = samples.map(({ truth }) => truth).filter((truth) => truth !== undefined);
  output.print(
    predictionTable(
      {
        input: columns(
          inputNames,
          samples.map(({ row }) => row),
        ),
        ...(truths.length === samples.length ? { target: columns(outputNames, truths) } : {}),
        prediction: columns(outputNames, values),
        ...(deviations === undefined ? {} : { deviation: columns(outputNames, deviations) }),
      },
      { binary, color: output.color },
    ),
  );
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

const byName = (names: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, j) => [name, values[j]!]));

const columns = (names: readonly string[], rows: readonly (readonly number[])[]): Record<string, number[]> =>
  Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j]!)]));
