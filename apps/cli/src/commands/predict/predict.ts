import { basename } from 'node:path';
import { loadTrainedModel, type TrainedModel } from '@kindling/train';
import { nameDevice } from '../../device-option.ts';
import { runPath } from '../../run-reference.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { showClasses } from './class-results.ts';
import { colorInput, colorSize } from './color-image.ts';
import { csvInputs, datasetInput, imageInput, type PredictionInput, rowInput } from './prediction-input.ts';
import { showValues } from './value-results.ts';

export interface PredictOptions {
  readonly row?: readonly string[];
  readonly index?: number;
  readonly text?: readonly string[];
  readonly checkpoint?: 'best' | 'last';
  readonly device?: string;
}

/** Rows that go through a model together. */
const together = 1024;

/** `kindling predict` */
export async function predict(
  reference: string,
  file: string | undefined,
  { row, index, text, checkpoint, device }: PredictOptions,
  output: Output,
): Promise<void> {
  const isOne = [row, text, file ?? index].filter((asked) => asked !== undefined).length === 1;
  if (!isOne) {
    const got = row === undefined && text === undefined ? 'none' : 'several';
    throw new UsageError(
      `predict: expected --row, --index, --text or a file, got ${got} (see kindling predict --help)`,
    );
  }
  nameDevice(device);
  const path = runPath(reference);
  const model = await loadTrainedModel(path, { checkpoint, device });
  const isOfTexts = model.signature.vocabulary !== undefined;
  if (isOfTexts !== (text !== undefined)) {
    throw new UsageError(
      isOfTexts
        ? `predict: expected --text, which ${basename(path)} takes, got other input`
        : `--text: expected a run of texts, got ${basename(path)}`,
    );
  }
  if (text !== undefined) {
    showTexts(basename(path), text, model, output);
    return;
  }

  const ask = async (): Promise<readonly PredictionInput[]> => {
    if (row !== undefined) return row.map((text) => rowInput(text, model));
    if (file === undefined) return [await datasetInput(index ?? 0, model, output)];
    const size = colorSize(model);
    if (size !== undefined) return [await colorInput(file, index, size)];
    const isTable = model.signature.image === undefined || /\.csv(\.gz)?$/i.test(file);
    if (isTable && index !== undefined) {
      throw new UsageError(`--index: expected an IDX file of images, got a CSV file (${file}); omit --index`);
    }
    return isTable ? csvInputs(file, model, output) : [await imageInput(file, index, model, output)];
  };
  const samples = await ask();
  const show = model.signature.isLabelled ? showClasses : showValues;
  const name = basename(path);
  const results = [];
  for (let at = 0; at < samples.length; at += together) {
    const part = samples.slice(at, at + together);
    const { outputs, scores } = model.predict(part.map((sample) => sample.row));
    results.push(...(scores ?? outputs));
  }
  show({ name, model, samples, results }, output);
}

function showTexts(run: string, texts: readonly string[], model: TrainedModel, output: Output): void {
  for (const [i, prediction] of model.predictText(texts).entries()) {
    output.emit({ type: 'prediction', run, input: texts[i], prediction });
    output.print(`${texts[i]} → ${prediction}`);
  }
}
