import { join } from 'node:path';
import type { RunEvent } from '@kindling/train';
import { writeFileAtomic } from '@kindling/train/internal';
import { renderSvg } from '@kindling/viz/svg';
import type { Output } from '../terminal/output.ts';
import { predictionScatter, runCurve } from './charts.ts';
import { lastSample } from './run-report.ts';

/** Writes the charts of a run into its folder; the names of the files. One that fails is a note: the training is not lost with it. */
export function writePictures(
  folder: string,
  name: string,
  events: readonly RunEvent[],
  output: Output,
): readonly string[] {
  const predictions = lastSample(events, 'predictions');
  const charts = {
    'curve.svg': () => runCurve(name, events),
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
