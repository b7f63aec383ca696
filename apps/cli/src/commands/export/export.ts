import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { loadTrainedModel, RunFolder } from '@kindling/train';
import { writeFileAtomic } from '@kindling/train/internal';
import { formatBytes } from '@kindling/train/internal/console';
import { encodeOnnx, ONNX_OPSET } from '../../onnx/encode-onnx.ts';
import { runPath } from '../../run-reference.ts';
import type { Output } from '../../terminal/output.ts';
import { UsageError } from '../../usage-error.ts';

export interface ExportOptions {
  readonly output: string;
  readonly checkpoint?: 'best' | 'last';
}

const formats = { '.onnx': 'onnx', '.safetensors': 'safetensors' } as const;

const formatOf = (file: string): (typeof formats)[keyof typeof formats] | undefined =>
  Object.entries(formats).find(([extension]) => extension === extname(file).toLowerCase())?.[1];

/** `kindling export`: writes a run's model for other programs. */
export async function exportRun(
  reference: string,
  { output: file, checkpoint }: ExportOptions,
  version: string,
  output: Output,
): Promise<void> {
  const format = formatOf(file);
  if (format === undefined) {
    const expected = Object.keys(formats).join(' or ');
    throw new UsageError(`--output: expected a file that ends in ${expected}, got ${JSON.stringify(file)}`);
  }
  const folder = new RunFolder(runPath(reference));
  const trained = await loadTrainedModel(folder.path, { checkpoint, device: 'cpu' });
  const bytes =
    format === 'onnx'
      ? encodeOnnx(trained, folder.name, version)
      : readFileSync(folder.checkpoint(trained.checkpoint));
  writeFileAtomic(file, bytes);
  const { signature, epoch, step, experiment } = trained;
  output.emit({
    type: 'exported',
    run: folder.name,
    checkpoint: trained.checkpoint,
    epoch,
    step,
    file,
    format,
    bytes: bytes.length,
    ...(format === 'onnx' ? { opset: ONNX_OPSET } : {}),
    dtype: experiment.dtype,
    inputShape: signature.inputShape,
    inputs: signature.inputNames,
    outputs: signature.outputNames,
  });
  output.print(
    `${basename(file)}: the ${trained.checkpoint} weights of ${folder.name}, ${formatBytes(bytes.length)}`,
  );
  if (format === 'onnx') {
    output.print(
      `  input   [batch, ${signature.inputShape.join(', ')}] ${experiment.dtype}, in the units of the data`,
    );
    output.print(
      `  output  ${signature.isLabelled ? 'a score for each class' : listed(signature.outputNames)}`,
    );
  }
}

/** Names that are written out; of more, the first ones. */
const MAX_NAMES = 8;

const listed = (names: readonly string[]): string =>
  names.length <= MAX_NAMES
    ? names.join(', ')
    : `${names.length} values: ${names.slice(0, 3).join(', ')}, …, ${names.at(-1)}`;
