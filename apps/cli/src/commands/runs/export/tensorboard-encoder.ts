import { epochGroups, type RunEvent, type SampleEvent, type StepRow } from '@kindling/train/events';
import { encode as encodePng } from 'fast-png';
import { encodeEvent, encodeFileVersion, type ValueMessage } from '../../../tensorboard/event-message.ts';
import { imageGrid } from '../../../tensorboard/image-grid.ts';
import { encodeRecord } from '../../../tensorboard/record.ts';
import type { LogEncoder } from './log-encoder.ts';

/**
 * A file of TensorBoard's events: scalars `loss`, `lr` and further metrics by step, `train/<metric>` and the like by epoch, and
 * samples that are pictures or histograms.
 */
export class TensorBoardEncoder implements LogEncoder {
  #records: Uint8Array[];
  /** Tags of scalars, which no picture may have. */
  readonly #scalars: Set<string>;

  /** @param names of the metrics besides `loss` and `lr`. @param time when the run began, in milliseconds since 1970 (UTC). */
  constructor(names: readonly string[], time: number) {
    this.#scalars = new Set(['loss', 'lr', ...names]);
    this.#records = [encodeRecord(encodeFileVersion(time))];
  }

  step({ step, time, loss, lr, names, values, count }: StepRow): void {
    const scalars: ValueMessage[] = [];
    if (loss !== undefined) scalars.push({ tag: 'loss', scalar: loss });
    if (lr !== undefined) scalars.push({ tag: 'lr', scalar: lr });
    for (let i = 0; i < count; i++) scalars.push({ tag: names[i]!, scalar: values[i]! });
    this.#add(step, time, scalars);
  }

  event(event: RunEvent): void {
    if (event.type === 'epoch') {
      const scalars = epochGroups(event).flatMap(([group, metrics]) =>
        Object.entries(metrics).map(([name, scalar]) => ({ tag: `${group}/${name}`, scalar })),
      );
      this.#add(event.step, event.time, scalars);
    } else if (event.type === 'sample') {
      const value = this.#sample(event);
      if (value !== undefined) this.#add(event.step, event.time, [value]);
    }
  }

  take(): Uint8Array {
    const records = this.#records;
    this.#records = [];
    return Buffer.concat(records);
  }

  #add(step: number, time: number, values: readonly ValueMessage[]): void {
    if (values.length > 0) this.#records.push(encodeRecord(encodeEvent({ step, time, values })));
  }

  #sample(sample: SampleEvent): ValueMessage | undefined {
    if (sample.kind === 'images') {
      const { name = 'images', split, channels = 1, height, width } = sample;
      const pixels = new Uint8Array(Buffer.from(sample.pixels, 'base64'));
      const grid = imageGrid({ height, width, channels, pixels });
      if (grid === undefined) return undefined;
      const { pixels: data, ...size } = grid;
      const tag = this.#tag(split === undefined ? name : `${name}/${split}`, sample.kind);
      return { tag, image: { ...size, png: encodePng({ ...size, data, depth: 8 }) } };
    }
    if (sample.kind === 'histogram') {
      const { name, edges, counts } = sample;
      const isWhole = counts.length > 0 && edges.length === counts.length + 1 && edges.every(Number.isFinite);
      return isWhole ? { tag: this.#tag(name, sample.kind), histogram: { edges, counts } } : undefined;
    }
    return undefined;
  }

  /** A tag of one kind of values is of no other kind. */
  #tag(name: string, kind: string): string {
    return this.#scalars.has(name) ? `${kind}/${name}` : name;
  }
}
