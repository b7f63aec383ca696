import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ArgumentError } from '@kindling/core';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { DataLoader } from '../../src/datasets.ts';
import { temporaryFolder } from '../download/fixture.ts';

// Node 20 runs no TypeScript in its worker threads, so a program, its datasets and the worker are bundled from the sources first.
type Batch = Readonly<Record<'x' | 'noise' | 'name' | 'isEven' | 'row', readonly unknown[]>>;

interface Fault {
  readonly name: string;
  readonly message: string;
  readonly cause: string | null;
  readonly stack: string | null;
}

interface Epochs {
  readonly batches: readonly (readonly Batch[])[];
  readonly after: number;
  readonly state: unknown;
}

let results: Readonly<Record<'none' | 'one' | 'three' | 'eight', Epochs>> & {
  readonly whole: readonly Batch[];
  readonly resumed: readonly (readonly Batch[])[];
  readonly orders: readonly unknown[];
  readonly threads: readonly { readonly distinct: number; readonly again: boolean }[];
  readonly rows: readonly unknown[];
  readonly collated: readonly unknown[];
  readonly faults: Readonly<Record<string, Fault>>;
};

beforeAll(async () => {
  await using folder = await temporaryFolder();
  const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  const modules = ['program', 'numbers', 'rows', 'faulty', 'wrong', 'threads'];
  await build({
    entryPoints: [
      ...modules.map((name) => ({ in: source(`workers/${name}.ts`), out: name })),
      { in: source('../../src/loader-worker.ts'), out: 'loader-worker' },
    ],
    outdir: folder.path,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@kindling/source'],
    external: ['koffi'],
    logLevel: 'error',
  });
  const env = { ...process.env, KINDLING_BACKEND: 'reference' };
  const options = { env, maxBuffer: 2 ** 24 };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder.path, 'program.js')], options);
  results = JSON.parse(stdout);
});

const column = (epochs: Epochs, name: keyof Batch): readonly unknown[] =>
  epochs.batches.flat().map((batch) => batch[name]);

describe('batches of workers', () => {
  test('are those of this thread, in their order', () => {
    for (const name of ['x', 'name', 'isEven', 'row'] as const) {
      const first = ({ batches }: Epochs): readonly unknown[] => batches[0]!.map((batch) => batch[name]);
      expect(first(results.one)).toEqual(first(results.none));
    }
    expect(results.orders[1]).toEqual(results.orders[0]);
    expect(results.one.state).toEqual({ batches: 0, origin: null });
    const [first] = results.one.batches[0]!;
    expect(first!.isEven[0]).toBe('bool');
    expect(first!.row.slice(0, 2)).toEqual(['float64', [4, 2]]);
    expect(results.one.batches.map((epoch) => epoch.length)).toEqual([6, 6]);
  });

  test('are the same for any number of workers, with what they draw', () => {
    expect(results.three).toEqual(results.one);
    expect(results.eight).toEqual(results.one);
    const noises = new Set(column(results.one, 'noise').map((noise) => JSON.stringify(noise)));
    expect(noises.size).toBe(12);
  });

  test('go on where a loader was left', () => {
    for (const batches of results.resumed) expect(batches).toEqual(results.whole);
  });

  test('are made by the dataset where it makes its own', () => {
    expect(results.rows).toHaveLength(3);
    expect(results.rows[2]).toEqual([
      ['int32', [2], [8, 9]],
      ['float64', [2, 2], [16, 17, 18, 19]],
    ]);
  });

  test('are collated here by a function that is given', () => {
    expect(results.collated).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
  });
});

test('workers end with each iteration, or stay until the loader is closed', () => {
  expect(results.threads).toEqual([
    { distinct: 3, again: false },
    { distinct: 1, again: false },
  ]);
});

describe('errors name the worker and the sample', () => {
  test.each<[string, Partial<Record<keyof Fault, unknown>>]>([
    [
      'data',
      { name: 'DataError', message: 'worker 0, sample 2, 2.png: expected an image, got none; draw it' },
    ],
    [
      'other',
      {
        name: 'WorkerError',
        message: 'DataLoader: worker 0, sample 4: four is too much',
        cause: 'four is too much',
      },
    ],
    [
      'unclonable',
      { name: 'WorkerError', message: expect.stringMatching(/^DataLoader: worker 0, samples 5: .*clone/) },
    ],
    [
      'shapes',
      {
        name: 'WorkerError',
        message: expect.stringMatching(
          /^DataLoader: worker 0, samples 6, 7: collate: expected the sample to be of 1 parts/,
        ),
      },
    ],
    [
      'exit',
      {
        name: 'WorkerError',
        message: 'DataLoader: worker 0, samples 0, 8: the worker ended with exit code 3',
      },
    ],
    [
      'missing',
      {
        message: expect.stringMatching(
          /^DataLoader: worker 0, the dataset of file:.*nowhere\.js: Cannot find/,
        ),
      },
    ],
    [
      'wrong',
      {
        message: expect.stringMatching(
          /wrong\.js: workerDataset: expected the dataset to have a method get\(index\), got undefined$/,
        ),
      },
    ],
    [
      'longer',
      {
        message: expect.stringMatching(
          /rows\.js: expected 11 samples, as the dataset of the loader has, got 10$/,
        ),
      },
    ],
  ])('%s', (name, expected) => {
    expect(results.faults[name]).toMatchObject(expected);
  });

  test('and have the stack of where they came from', () => {
    expect(results.faults.other!.stack).toMatch(/^RangeError: four is too much\n +at Object\.get /);
  });
});

describe('options', () => {
  const make =
    (options: object, dataset: unknown = { length: 1, get: () => 1 }) =>
    (): unknown =>
      Reflect.construct(DataLoader, [dataset, options]);

  test.each<[object, string]>([
    [{ numWorkers: -1 }, 'DataLoader: expected numWorkers to be an integer in [0, 1024], got -1'],
    [
      { numWorkers: 2 },
      'DataLoader: expected workerDataset, the module of the dataset, with numWorkers, got none',
    ],
    [{ workerDataset: 5 }, 'expected workerDataset to be the address or path of a module, got 5'],
    [{ persistentWorkers: 1 }, 'DataLoader: expected persistentWorkers to be true or false, got 1'],
    [{ prefetchFactor: 0 }, 'expected prefetchFactor to be an integer of at least 1, got 0'],
  ])('%j', (options, message) => {
    expect(make(options)).toThrow(ArgumentError);
    expect(make(options)).toThrow(message);
  });

  test('workers are for datasets with a length, and for await', () => {
    const workers = { numWorkers: 2, workerDataset: 'numbers.mjs' };
    expect(make(workers, [1, 2])).toThrow('expected a dataset with a length for numWorkers, got an iterable');
    const loader = new DataLoader({ length: 1, get: () => 1 }, workers);
    expect([loader.isAsynchronous, loader.rows]).toEqual([true, undefined]);
    expect(() => loader[Symbol.iterator]()).toThrow('iterate with for await');
  });
});
