import { join } from 'node:path';
import type { RunColumns } from '@kindling/train/events';
import { writeFileAtomic } from '@kindling/train/internal';
import { renderSvg } from '@kindling/viz/svg';
import type { Output } from '../terminal/output.ts';
import { predictionScatter, runCurve } from './charts.ts';

/** Writes the charts of a run into its folder; the names of the files. One that fails is a note: the training is not lost with it. */
export function writeCharts(
  folder: string,
  name: string,
  columns: RunColumns,
  output: Output,
): readonly string[] {
  const predictions = columns.lastSample('predictions');
  const charts = {
    'curve.svg': () => runCurve(name, columns),
    'predictions.svg': () => predictions && predictionScatter(predictions),
  };
  const written: string[] = [];
  for (const [file, draw] of Object.entries(charts)) {
    try {
      const chart = draw();
      if (chart === undefined) continue;
      writeFileAtomic(join(folder, file), renderSvg(chart));
      written.push(file);
    } catch (error) {
      output.note(`${file} was not written: ${error instanceof Error ? error.message : error}`);
    }
  }
  return written;
}
