import { epochGroups, type RunEvent, type StepRow } from '@kindling/train/events';
import { safeJson } from '@kindling/train/internal/console';
import { toJson } from '@kindling/train/internal/json-number';
import { type LogEncoder, metricColumn } from './log-encoder.ts';

/** A flat object a step and an epoch; metrics by their names, of epochs as `validation.loss`. NaN and infinities are strings. */
export class JsonLinesEncoder implements LogEncoder {
  #text = '';

  step({ step, epoch, time, loss, lr, names, values, count }: StepRow): void {
    const line: Record<string, unknown> = { type: 'step', step, epoch, time, loss, lr };
    for (let i = 0; i < count; i++) line[metricColumn(names[i]!)] = values[i];
    this.#add(line);
  }

  event(event: RunEvent): void {
    if (event.type !== 'epoch') return;
    const { epoch, step, time, seconds } = event;
    const metrics = epochGroups(event).flatMap(([group, values]) =>
      Object.entries(values).map(([name, value]) => [`${group}.${name}`, value]),
    );
    this.#add({ type: 'epoch', epoch, step, time, seconds, ...Object.fromEntries(metrics) });
  }

  take(): Uint8Array {
    const text = this.#text;
    this.#text = '';
    return Buffer.from(text);
  }

  #add(line: object): void {
    this.#text += `${safeJson(toJson(line))}\n`;
  }
}
