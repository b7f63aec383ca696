import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArrayFile, ChapterTask } from '../task.ts';
import type { Chapter } from '../workload.ts';
import { hasDigits } from './chapter-training.ts';
import { chapterValues } from './chapter-values.ts';
import { type DataName, type Samples, samplesOf, type Values } from './sources.ts';

export interface SampleFiles {
  readonly input: ArrayFile;
  readonly target: ArrayFile;
}

/** Data sets as plain numbers in files, which every peer reads: the same bytes for all, whatever formats they know. */
export class DataFiles {
  readonly #dir: string;
  readonly #files = new Map<string, Promise<SampleFiles>>();
  /** Data sets by name, and whether they are real. */
  readonly used = new Map<string, boolean>();

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** With a temporary folder, which `remove` takes away. */
  static async create(): Promise<DataFiles> {
    return new DataFiles(await mkdtemp(join(tmpdir(), 'kindling-bench-')));
  }

  get(name: DataName): Promise<SampleFiles> {
    const key = typeof name === 'object' ? `noise-${JSON.stringify(name).replace(/\W+/g, '-')}` : name;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const written = this.#write(key, name);
    this.#files.set(key, written);
    return written;
  }

  /**
   * The samples of a built-in program (of a fixed batch, those alone), the first values of its parameters, and what its experiment
   * says of loss and optimizer.
   */
  async chapter({ program, feed, batch }: Chapter): Promise<Omit<ChapterTask, keyof Chapter>> {
    const { loss, optimizer, inputShape, samples, parameters } = await chapterValues(program);
    const { input, target } = hasDigits(program)
      ? await this.get('mnist')
      : await this.#writeSamples(program, samples);
    if (!hasDigits(program)) this.used.set(program, true);
    const files = Object.entries(parameters).map(
      async ([name, values]) => [name, await this.#writeArray(`${program}-${name}`, values)] as const,
    );
    const rows = feed === 'fixed' ? batch : target.shape[0]!;
    return {
      loss,
      optimizer,
      input: { ...input, shape: [rows, ...inputShape] },
      target: { ...target, shape: [rows, ...target.shape.slice(1)] },
      parameters: Object.fromEntries(await Promise.all(files)),
    };
  }

  async remove(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #write(key: string, name: DataName): Promise<SampleFiles> {
    const samples = await samplesOf(name);
    if (typeof name === 'string') this.used.set(key, samples.isReal);
    return this.#writeSamples(key, samples);
  }

  async #writeSamples(key: string, { input, target }: Omit<Samples, 'isReal'>): Promise<SampleFiles> {
    return {
      input: await this.#writeArray(`${key}-input`, input),
      target: await this.#writeArray(`${key}-target`, target),
    };
  }

  async #writeArray(name: string, { values, shape, divisor }: Values): Promise<ArrayFile> {
    const path = join(this.#dir, name);
    await writeFile(path, values);
    return { path, type: values instanceof Uint8Array ? 'uint8' : 'float32', shape, divisor };
  }
}
