import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '@kindling/train';
import { renderSvg } from '@kindling/viz/svg';
import { predictionScatter, runCurve } from './charts.ts';
import { lastSample } from './run-report.ts';

/** Writes the charts of a run into its folder; the names of the files. */
export async function writePictures(
  folder: string,
  name: string,
  events: readonly RunEvent[],
): Promise<readonly string[]> {
  const predictions = lastSample(events, 'predictions');
  const charts = {
    'curve.svg': runCurve(name, events),
    'predictions.svg': predictions && predictionScatter(predictions),
  };
  const written: string[] = [];
  for (const [file, chart] of Object.entries(charts)) {
    if (chart === undefined) continue;
    await writeFile(join(folder, file), renderSvg(chart));
    written.push(file);
  }
  return written;
}
