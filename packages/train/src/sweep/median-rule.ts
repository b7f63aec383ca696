import type { RunColumns } from '../events/run-columns.ts';
import { isBetter } from '../trainer/monitor.ts';
import type { PruneSettings } from './sweep-schema.ts';
import { PRUNED } from './sweep-summary.ts';

interface BestSoFar {
  readonly epoch: number;
  readonly best: number;
}

/**
 * The median rule: a trial whose best value so far is worse than the median of the best values that the other trials had at the
 * same epoch is stopped. Those others count that came as far, whether they ended, were stopped themselves or still run.
 *
 * Source: Golovin et al., "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section 3.1.
 */
export class MedianRule {
  readonly #settings: PruneSettings;
  readonly #monitor: string;
  readonly #curves = new Map<string, BestSoFar[]>();

  constructor(settings: PruneSettings, monitor: string) {
    this.#settings = settings;
    this.#monitor = monitor;
  }

  /** Takes note of what a trial measured at the end of an epoch, which counts from 0. */
  record(run: string, epoch: number, value: number): void {
    const curve = this.#curves.get(run) ?? [];
    this.#curves.set(run, curve);
    const before = curve.at(-1)?.best;
    if (isBetter(this.#monitor, value, before)) curve.push({ epoch, best: value });
    else if (before !== undefined) curve.push({ epoch, best: before });
  }

  /** Takes note of what the log of a run holds, in the place of what was recorded of it. */
  recordLog(run: string, { epochs }: RunColumns): void {
    this.#curves.delete(run);
    const [split = '', metric = ''] = this.#monitor.split('.');
    const values = epochs.groups.get(split)?.get(metric);
    values?.forEach((value, row) => {
      if (!Number.isNaN(value)) this.record(run, epochs.epoch[row]!, value);
    });
  }

  /** Why a trial stops at the end of an epoch of so many, in words; undefined where it goes on. */
  verdict(run: string, epoch: number, epochs: number): string | undefined {
    const { trials, epochs: warmUp = Math.ceil(epochs / 10) } = this.#settings;
    const own = this.#bestAt(run, epoch);
    // A trial that is through has nothing to stop.
    if (own === undefined || epoch + 1 < warmUp || epoch + 1 >= epochs) return undefined;
    const others = [...this.#curves.keys()]
      .filter((other) => other !== run)
      .flatMap((other) => this.#bestAt(other, epoch) ?? [])
      .sort((a, b) => a - b);
    if (others.length < trials) return undefined;
    const middle = others.length >> 1;
    const median = others.length % 2 === 1 ? others[middle]! : (others[middle - 1]! + others[middle]!) / 2;
    if (!isBetter(this.#monitor, median, own)) return undefined;
    const [best, typical] = [own, median].map((value) => Number(value.toPrecision(6)));
    return `${PRUNED}${this.#monitor} ${best} after ${epoch + 1} epochs, the median of ${others.length} others ${typical}`;
  }

  /** The best value until the end of an epoch, of a trial that came as far. */
  #bestAt(run: string, epoch: number): number | undefined {
    const curve = this.#curves.get(run) ?? [];
    if ((curve.at(-1)?.epoch ?? -1) < epoch) return undefined;
    return curve.findLast((point) => point.epoch <= epoch)?.best;
  }
}
