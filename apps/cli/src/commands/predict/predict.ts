import { basename } from 'node:path';
import { type DataParallel, loadTrainedModel, type TrainedModel } from '@kindling/train';
import { nameDevice } from '../../device-option.ts';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { inGroup, isFirst } from '../../processes/join.ts';
import { runPath } from '../../run-reference.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';
import { showClasses } from './class-results.ts';
import { colorInput, colorSize } from './color-image.ts';
import { csvInputs, datasetInput, imageInput, type PredictionInput, rowInput } from './prediction-input.ts';
import { predictRows } from './prediction-shares.ts';
import { showValues } from './value-results.ts';

export interface PredictOptions {
  readonly row?: readonly string[];
  readonly index?: number;
  readonly text?: readonly string[];
  readonly checkpoint?: 'best' | 'last';
  readonly device?: string;
  readonly processes?: number;
}

/** `kindling predict` */
export async function predict(
  reference: string,
  file: string | undefined,
  options: PredictOptions,
  output: Output,
): Promise<ExitCode> {
  return inGroup(options.processes, async (group) => {
    const asked = { file, ...options };
    if (isFirst(group)) checkAsked(asked);
    const { checkpoint, device, text } = options;
    nameDevice(device);
    const path = isFirst(group) ? runPath(reference) : '';
    const dataParallel = group?.processes;
    const model = await loadTrainedModel(path, { checkpoint, device, dataParallel });
    if (isFirst(group)) await predictHere(basename(path), model, asked, output, dataParallel);
    // Texts are few: process 0 alone takes them.
    else if (text === undefined) predictRows(model, undefined, dataParallel);
    return exitCodes.done;
  });
}

type Asked = PredictOptions & { readonly file: string | undefined };

function checkAsked({ row, text, file, index }: Asked): void {
  if ([row, text, file ?? index].filter((asked) => asked !== undefined).length === 1) return;
  const got = row === undefined && text === undefined ? 'none' : 'several';
  throw new UsageError(
    `predict: expected --row, --index, --text or a file, got ${got} (see kindling predict --help)`,
  );
}

async function predictHere(
  name: string,
  model: TrainedModel,
  asked: Asked,
  output: Output,
  processes: DataParallel | undefined,
): Promise<void> {
  const { text } = asked;
  const isOfTexts = model.signature.vocabulary !== undefined;
  if (isOfTexts !== (text !== undefined)) {
    throw new UsageError(
      isOfTexts
        ? `predict: expected --text, which ${name} takes, got other input`
        : `--text: expected a run of texts, got ${name}`,
    );
  }
  if (text !== undefined) {
    showTexts(name, text, model, output);
    return;
  }
  const samples = await inputsOf(model, asked, output);
  const results = predictRows(
    model,
    samples.map(({ row }) => row),
    processes,
  );
  const show = model.signature.isLabelled ? showClasses : showValues;
  show({ name, model, samples, results }, output);
}

async function inputsOf(
  model: TrainedModel,
  { row, file, index }: Asked,
  output: Output,
): Promise<readonly PredictionInput[]> {
  if (row !== undefined) return row.map((text) => rowInput(text, model));
  if (file === undefined) return [await datasetInput(index ?? 0, model, output)];
  const size = colorSize(model);
  if (size !== undefined) return [await colorInput(file, index, size)];
  const isTable = model.signature.image === undefined || /\.csv(\.gz)?$/i.test(file);
  if (isTable && index !== undefined) {
    throw new UsageError(`--index: expected an IDX file of images, got a CSV file (${file}); omit --index`);
  }
  return isTable ? csvInputs(file, model, output) : [await imageInput(file, index, model, output)];
}

function showTexts(run: string, texts: readonly string[], model: TrainedModel, output: Output): void {
  for (const [i, prediction] of model.predictText(texts).entries()) {
    output.emit({ type: 'prediction', run, input: texts[i], prediction });
    output.print(`${texts[i]} → ${prediction}`);
  }
}
