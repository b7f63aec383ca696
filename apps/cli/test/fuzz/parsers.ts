import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decodeSafetensors, encodeSafetensors, FormatError, scope, tensor } from '@kindling/core';
import {
  type CsvOptions,
  DataError,
  encodeIdx,
  gunzip,
  parseCsv,
  parseIdx,
  parseMnistCsv,
  profileCsvText,
  Table,
  tableFindings,
} from '@kindling/data';
import {
  applyOverrides,
  draftExperiment,
  ExperimentError,
  JsonSyntaxError,
  parseExperiment,
  parseJsonDocument,
} from '@kindling/train';
import { LogSnapshot } from '@kindling/train/internal';
import { CsvEncoder } from '../../src/commands/runs/export/csv-encoder.ts';
import { JsonLinesEncoder } from '../../src/commands/runs/export/json-lines-encoder.ts';
import { TensorBoardEncoder } from '../../src/commands/runs/export/tensorboard-encoder.ts';
import { parsePgm } from '../../src/image/pgm.ts';
import { parsePng } from '../../src/image/png.ts';
import { crc, pngFile } from '../image/png-file.ts';

/** A reader of bytes that come from anywhere. */
export interface Parser {
  /** Files that it reads. */
  readonly files: readonly Uint8Array[];
  read(bytes: Uint8Array): void;
  /** What it may throw. */
  readonly errors: readonly (new (
    ...args: never[]
  ) => Error)[];
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const safetensors = (): readonly Uint8Array[] => [
  encodeSafetensors(
    { a: tensor([1, 2, 3]), b: tensor([[true, false]]), c: tensor(2, { dtype: 'float64' }) },
    { k: 'v' },
  ),
  encodeSafetensors({}),
  encodeSafetensors(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`layer.${i}`, tensor([i])]))),
];

/** Lines as tables are written all over the world. */
const tables = [
  'x,y\n1,2\n3,4\n',
  'a;b;c\n1,5;2;red\n2,5;3;blue\n',
  '1\t2\t3\r\n4\t5\t6\r\n',
  '"a ""b""","c\nd"\n1,2\n',
  'id,color,size,kind\n1,red,NA,a\n2,,3,b\n3,blue,1e3,a\n',
];
const longTable = `city,size,y\n${Array.from({ length: 12 }, (_, i) => `${'abc'[i % 3]},${(i * 7) % 5},${i % 2}`).join('\n')}\n`;
const dialects: readonly CsvOptions[] = [
  {},
  { delimiter: ';', decimal: ',', categories: { c: 'codes' } },
  { delimiter: '\t', missing: ['', 'NA'] },
  { header: true, categories: { color: 'oneHot', kind: 'codes' }, missing: ['', 'NA'], exclude: [1] },
  { columns: [-1, 1], header: false },
  { categories: { color: { encoding: 'codes', values: ['red', 'blue'] } } },
];

const grey = {
  width: 3,
  height: 2,
  depth: 8,
  colorType: 0,
  rows: [
    [0, 128, 255],
    [1, 2, 3],
  ],
};
const pngs: readonly Uint8Array[] = [
  pngFile(grey),
  pngFile({
    ...grey,
    colorType: 6,
    rows: grey.rows.map((row) => row.flatMap((value) => [value, 1, 2, 200])),
  }),
  pngFile({
    ...grey,
    depth: 2,
    colorType: 3,
    rows: [[0b0001_1000], [0b1000_0100]],
    palette: [0, 0, 0, 9, 9, 9, 255, 255, 255],
  }),
  pngFile({ ...grey, depth: 16, rows: grey.rows.map((row) => row.flatMap((value) => [value, value])) }),
  pngFile({ width: 1, height: 1, depth: 8, colorType: 0, rows: [[7]], interlace: 1 }),
];

/** The file with the checksums that its parts should have, so that what is wrong in them is looked at. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes);
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) break;
    file.writeInt32BE(crc(file.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return file;
}

const experiments = ['xor', 'mnist', 'diabetes-deep', 'weight-height-numpy', 'mnist-single'].map(
  (name) =>
    new Uint8Array(readFileSync(join(import.meta.dirname, '../../../../experiments', `${name}.json`))),
);

const mnistRow = (label: number): string =>
  `${[label, ...Array.from({ length: 784 }, (_, i) => i % 256)].join(',')}\n`;

const event = (fields: object): string => `${JSON.stringify({ ...fields, time: 5 })}\n`;
const sample = (kind: string, step: number, fields: object): string =>
  event({ type: 'sample', kind, epoch: 0, step, ...fields });

/** The log of a run that was resumed. */
const log = [
  event({ type: 'run-started', run: 'a', config: {} }),
  event({ type: 'step', step: 0, epoch: 0, loss: 0.5, lr: 1e-3 }),
  sample('images', 1, { height: 1, width: 2, pixels: 'AAECAw==', labels: [1, 2] }),
  sample('histogram', 1, { name: 'weights', edges: [0, 1, 2], counts: [3, 4] }),
  event({
    type: 'step',
    step: 1,
    epoch: 0,
    loss: 'NaN',
    metrics: { 'loss/generator': 2, 'a,b': 'Infinity' },
  }),
  event({ type: 'epoch', epoch: 0, step: 2, train: { loss: 1 }, validation: { accuracy: 0.5 }, seconds: 1 }),
  event({ type: 'run-started', run: 'a', config: {} }),
  event({ type: 'step', step: 1, epoch: 0, loss: 0.25 }),
  event({ type: 'run-finished', status: 'completed', epoch: 1, step: 2, metrics: {}, seconds: 1 }),
].join('');
const logFile = join(mkdtempSync(join(tmpdir(), 'kindling-fuzz-')), 'events.jsonl');

/** A log of which lines were passed over. */
class SkippedLines extends Error {}

export const parsers = {
  'log of a run': {
    files: [text(log)],
    read: (bytes) => {
      writeFileSync(logFile, bytes);
      using snapshot = new LogSnapshot(logFile);
      const { names, began = 0, reading } = snapshot;
      for (const encoder of [
        new CsvEncoder(names),
        new JsonLinesEncoder(),
        new TensorBoardEncoder(names, began),
      ]) {
        for (const _ of snapshot.pass(encoder)) encoder.take();
      }
      if (reading.skipped > 0) throw new SkippedLines(reading.problem);
    },
    errors: [SkippedLines],
  },
  safetensors: {
    files: safetensors(),
    read: (bytes) => scope(() => void decodeSafetensors(bytes)),
    errors: [FormatError],
  },
  IDX: {
    files: [
      encodeIdx({ shape: [2, 2, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }),
      encodeIdx({ shape: [3], data: Float64Array.of(1, 2, 3) }),
      encodeIdx({ shape: [1, 2], data: Int16Array.of(-1, 2) }),
    ],
    read: (bytes) => void parseIdx(bytes, 'file'),
    errors: [DataError],
  },
  CSV: {
    files: tables.map(text),
    read: (bytes) => {
      let read = 0;
      for (const options of dialects) {
        try {
          const table = new Table('file', parseCsv(bytes, 'file', options));
          scope(() => void table.withoutMissing().tensors());
          scope(() => void table.fillMissing(0).tensors({ dtype: 'float64' }));
          read++;
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
          if (read === 0 && options === dialects.at(-1)) throw error;
        }
      }
    },
    errors: [DataError],
  },
  'experiment for a CSV': {
    files: [...tables, longTable].map(text),
    read: (bytes) => {
      const profile = profileCsvText(new TextDecoder().decode(bytes), 'file');
      tableFindings(profile, profile.columns[0]?.name);
      let document: unknown;
      try {
        ({ document } = draftExperiment(profile, { name: 'drafted', path: 'file.csv' }));
      } catch (error) {
        // Tables of two rows teach nothing; they are described all the same.
        if (error instanceof DataError && profile.rows < 5) return;
        throw error;
      }
      try {
        parseExperiment(document);
      } catch (cause) {
        throw new Error(`drafted ${JSON.stringify(document)}`, { cause });
      }
    },
    errors: [DataError],
  },
  'CSV of MNIST': {
    files: [text(mnistRow(3) + mnistRow(9)), text(`label,pixel\n${mnistRow(0)}`)],
    read: (bytes) => void parseMnistCsv(bytes, 'file'),
    errors: [DataError],
  },
  experiment: {
    files: experiments,
    read: (bytes) => {
      const { value, rangeOf } = parseJsonDocument(new TextDecoder().decode(bytes), 'file');
      parseExperiment(value, {
        locate: (path, part) => ({ origin: 'file', range: rangeOf(path, part) }),
      });
    },
    errors: [ExperimentError, JsonSyntaxError],
  },
  '--set': {
    files: [
      'optimizer.lr=.01',
      'metrics=[accuracy, mae]',
      'data={"source":"xor"}',
      'model.0.out=+3',
      'a.b=True',
    ].map(text),
    read: (bytes) => {
      const document: unknown = JSON.parse(new TextDecoder().decode(experiments[0]));
      parseExperiment(applyOverrides(document, [new TextDecoder().decode(bytes)]));
    },
    errors: [ExperimentError],
  },
  PNG: {
    files: pngs,
    read: (bytes) => {
      try {
        parsePng(bytes, 'file');
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        parsePng(withChecksums(bytes), 'file');
      }
    },
    errors: [DataError],
  },
  PGM: {
    files: [
      'P2 # grey\n3 1\n255\n0 128\n255',
      'P5 3 1 255\n\x00\x80\xff',
      'P5 2 1 65535 \x80\x80\xff\xff',
    ].map((file) => new Uint8Array(Buffer.from(file, 'latin1'))),
    read: (bytes) => void parsePgm(bytes, 'file'),
    errors: [DataError],
  },
  gzip: {
    files: [
      gzipSync('hello'),
      gzipSync(new Uint8Array(100_000)),
      gzipSync(Buffer.from(tables.join('')), { level: 9 }),
    ],
    read: (bytes) => void gunzip(bytes, 'file', 1_000_000),
    errors: [DataError],
  },
} as const satisfies Readonly<Record<string, Parser>>;

export type ParserName = keyof typeof parsers;
