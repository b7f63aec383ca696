import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArrayFile } from '../task.ts';
import { type DataName, samplesOf, type Values } from './sources.ts';

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

  async remove(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #write(key: string, name: DataName): Promise<SampleFiles> {
    const { input, target, isReal } = await samplesOf(name);
    if (typeof name === 'string') this.used.set(key, isReal);
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
