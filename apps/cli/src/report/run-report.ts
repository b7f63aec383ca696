import type { RunEvent, SampleEvent } from '@kindling/train';
import { renderTerminal } from '@kindling/viz';
import { formatMetric, plural } from '../terminal/format.ts';
import type { Output } from '../terminal/output.ts';
import { predictionScatter, runCurve } from './charts.ts';
import { confusionTable } from './confusion-table.ts';
import { heldBackName } from './held-back-name.ts';
import { isBinary, predictionTable } from './prediction-table.ts';
import { progressTable } from './progress-table.ts';

/** A table of predictions that is longer is cut. */
const mostRows = 8;

/** What a run came to, told from its events alone: its course, what it predicts, its metrics, its curve. */
export function runReport(name: string, events: readonly RunEvent[], output: Output): string {
  const { columns, color } = output;
  const chart = { width: columns, height: 18, color };
  const epochs = events.filter((event) => event.type === 'epoch');
  const steps = events.filter((event) => event.type === 'step');
  const heldBack = heldBackName(events.find((event) => event.type === 'run-started')?.experiment);
  const parts: (string | undefined)[] = [progressTable(epochs, steps, { heldBack, color })];

  const predictions = lastSample(events, 'predictions');
  if (predictions !== undefined) {
    const scatter = predictionScatter(predictions);
    const binary = isBinary(predictions);
    parts.push(
      scatter
        ? renderTerminal(scatter, chart)
        : predictionTable(predictions, { binary, color, most: mostRows }),
    );
  }
  const confusion = lastSample(events, 'confusionMatrix');
  if (confusion !== undefined) parts.push(confusionTable(confusion, color));

  const curve = runCurve(name, events);
  if (curve !== undefined) parts.push(renderTerminal(curve, chart));
  const finished = events.findLast((event) => event.type === 'run-finished');
  if (finished !== undefined) {
    const { validation, ...others } = finished.metrics;
    parts.push(metricsText({ ...others, [heldBack]: validation }));
  }
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** That a log has lines that are no events, or none that this version knows. */
export const skippedText = (skipped: number, problem: string): string =>
  `${plural(skipped, 'line')} of the log skipped; ${skipped === 1 ? 'it' : 'the first'} is ${problem}`;

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

type Kind = SampleEvent['kind'];

/** The newest sample of a kind, of held-back data where there is any. */
export function lastSample<K extends Kind>(
  events: readonly RunEvent[],
  kind: K,
): Extract<SampleEvent, { kind: K }> | undefined {
  return events.findLast(
    (event): event is Extract<SampleEvent, { kind: K }> => event.type === 'sample' && event.kind === kind,
  );
}
