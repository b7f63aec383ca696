import type { StepRow } from './step-scanner.ts';

/** A step that several events tell of, one after the other. */
export class MergedStep implements StepRow {
  step = -1;
  epoch = 0;
  time = 0;
  loss: number | undefined;
  lr: number | undefined;
  readonly names: string[] = [];
  readonly values: number[] = [];
  count = 0;
  hasMetrics = false;

  /** Takes the values of a step's first event. */
  set(row: StepRow): void {
    this.step = row.step;
    this.loss = this.lr = undefined;
    this.count = 0;
    this.hasMetrics = false;
    this.add(row);
  }

  /** Takes the values of a further event of the step, which replace those of before. */
  add({ epoch, time, loss, lr, names, values, count, hasMetrics }: StepRow): void {
    const before = this.count;
    this.epoch = epoch;
    this.time = time;
    if (loss !== undefined) this.loss = loss;
    if (lr !== undefined) this.lr = lr;
    this.hasMetrics ||= hasMetrics;
    for (let i = 0; i < count; i++) {
      const known = before === 0 ? -1 : this.names.indexOf(names[i]!);
      const at = known >= 0 && known < before ? known : this.count++;
      this.names[at] = names[i]!;
      this.values[at] = values[i]!;
    }
  }
}
