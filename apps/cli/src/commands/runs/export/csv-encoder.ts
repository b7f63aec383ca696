import type { StepRow } from '@kindling/train/events';
import { type LogEncoder, metricColumn } from './log-encoder.ts';

const FIRST = ['step', 'epoch', 'loss', 'lr'];

/** As pandas, NumPy and R read it. */
function cellOf(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'inf' : '-inf';
}

/** A cell of text. @see https://www.rfc-editor.org/rfc/rfc4180 */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A row a step: `step,epoch,loss,lr`, then each further metric by its name. What a step has no value of is empty. */
export class CsvEncoder implements LogEncoder {
  readonly #columns = new Map<string, number>([
    ['loss', 2],
    ['lr', 3],
  ]);
  readonly #empty: readonly string[];
  #text: string;

  /** @param names of the metrics besides `loss` and `lr`. */
  constructor(names: readonly string[]) {
    const header = [...FIRST];
    for (const name of names) {
      if (this.#columns.has(name)) continue;
      this.#columns.set(name, header.length);
      header.push(metricColumn(name));
    }
    this.#empty = header.map(() => '');
    this.#text = `${header.map(quoted).join(',')}\n`;
  }

  step({ step, epoch, loss, lr, names, values, count }: StepRow): void {
    const cells = [...this.#empty];
    cells[0] = String(step);
    cells[1] = String(epoch);
    if (loss !== undefined) cells[2] = cellOf(loss);
    if (lr !== undefined) cells[3] = cellOf(lr);
    for (let i = 0; i < count; i++) {
      const column = this.#columns.get(names[i]!);
      if (column !== undefined) cells[column] = cellOf(values[i]!);
    }
    this.#text += `${cells.join(',')}\n`;
  }

  event(): void {
    // Epochs and samples are no steps.
  }

  take(): Uint8Array {
    const text = this.#text;
    this.#text = '';
    return Buffer.from(text);
  }
}
