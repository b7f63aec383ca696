import { type EventReading, heldBackName, type RunColumns } from '@kindling/train/events';
import { formatMetric, plural, safeText } from '@kindling/train/internal/console';
import { renderTerminal } from '@kindling/viz';
import type { Output } from '../terminal/output.ts';
import { predictionScatter, runCurve } from './charts.ts';
import { confusionTable } from './confusion-table.ts';
import { isBinary, predictionTable } from './prediction-table.ts';
import { progressTable } from './progress-table.ts';

/** A table of predictions that is longer is cut. */
const maxRows = 8;

/** The result of a run from its log alone: its course, what it predicts, its metrics, its curve. */
export function runReport(name: string, columns: RunColumns, output: Output): string {
  const { color } = output;
  const chart = { width: output.columns, height: 18, color };
  const heldBack = heldBackName(columns.started?.experiment);
  const parts: (string | undefined)[] = [progressTable(columns, { heldBack, color })];

  const predictions = columns.lastSample('predictions');
  if (predictions !== undefined) {
    const scatter = predictionScatter(predictions);
    const binary = isBinary(predictions);
    parts.push(
      scatter
        ? renderTerminal(scatter, chart)
        : predictionTable(predictions, { binary, color, most: maxRows }),
    );
  }
  const text = columns.lastSample('text');
  // What a model of sequences gives for some: a text of another name is one of a loop of one's own.
  if (text?.name === 'predictions') parts.push(safeText(text.text));
  const confusion = columns.lastSample('confusionMatrix');
  if (confusion !== undefined) parts.push(confusionTable(confusion, color));

  const curve = runCurve(name, columns);
  if (curve !== undefined) parts.push(renderTerminal(curve, chart));
  if (columns.finished !== undefined) {
    const { validation, ...others } = columns.finished.metrics;
    parts.push(metricsText({ ...others, [heldBack]: validation }));
  }
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** What of a log was passed over; undefined where everything was read. */
export function skippedText({ skipped, unknown, problem }: EventReading): string | undefined {
  const parts = [
    ...(problem === undefined
      ? []
      : [
          `${plural(skipped, 'line')} of the log skipped; ${skipped === 1 ? 'it' : 'the first'} is ${problem}`,
        ]),
    ...(unknown === 0 ? [] : [`${plural(unknown, 'event')} of unknown types`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** `train       loss 0.0123456  accuracy 0.9912`, a line for each split. */
export function metricsText(
  metrics: Readonly<Record<string, Readonly<Record<string, number>> | undefined>>,
): string {
  return Object.entries(metrics)
    .flatMap(([split, values]) => {
      const shown = Object.entries(values ?? {}).map(
        ([name, value]) => `${name} ${formatMetric(name, value)}`,
      );
      return shown.length === 0 ? [] : [`${split.padEnd(10)}  ${shown.join('  ')}`];
    })
    .join('\n');
}
