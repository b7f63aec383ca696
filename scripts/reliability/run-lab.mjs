// A small run to break, and what it must come to: the weights of each of its files, and its log.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindling } from './process.mjs';

/** Draws in every step (dropout) and every epoch (shuffle), remembers across steps (Adam, batch norm, a schedule), holds back. */
const experiment = {
  name: 'broken',
  seed: 5,
  device: 'cpu',
  data: { source: 'digits', train: 24, test: 12, batchSize: 8, shuffle: true },
  model: [
    { type: 'linear', out: 3 },
    'batchNorm',
    'relu',
    { type: 'dropout', p: 0.2 },
    { type: 'linear', out: 10 },
  ],
  loss: 'crossEntropy',
  optimizer: { type: 'adam', lr: 0.05 },
  schedule: { type: 'cosine', per: 'step' },
  epochs: 4,
  logEvery: 2,
  metrics: ['accuracy'],
  // By steps alone, so that the same operations come in the same order each time.
  checkpoint: { steps: 4, seconds: 1e6 },
};

/** Stops two epochs after its best one, so that the best weights are not the newest. */
const stopping = {
  ...experiment,
  name: 'stopping',
  optimizer: { type: 'adam', lr: 0.3 },
  epochs: 12,
  earlyStopping: { patience: 2 },
};

export const experiments = { broken: experiment, stopping };

const weights = ['initial', 'last', 'best'];

export class RunLab {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'kindling-reliability-'));
    for (const [name, content] of Object.entries(experiments)) {
      writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(content));
    }
    this.count = 0;
  }

  /** A folder of its own for a case, in which the run is `run`; with a copy of another case's run, if one is given. */
  place(from) {
    const path = join(this.folder, `case-${this.count++}`);
    mkdirSync(path);
    if (from !== undefined) cpSync(join(from, 'run'), join(path, 'run'), { recursive: true });
    return path;
  }

  discard(place) {
    rmSync(place, { recursive: true, force: true });
  }

  /** Trains from the beginning, or goes on where there is a run. */
  train(name, place, fault) {
    const run = join(place, 'run');
    const resume = existsSync(join(run, 'experiment.json'));
    const args = resume ? ['train', '--resume'] : ['train', join(this.folder, `${name}.json`)];
    return kindling([...args, '--run-dir', run], { cwd: place, fault: fault && { root: run, ...fault } });
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a run came to: its files of weights, in hexadecimal, and its log but for times. */
export function outcome(place) {
  const run = join(place, 'run');
  const read = (path) => (existsSync(path) ? readFileSync(path) : Buffer.from('missing'));
  const files = Object.fromEntries(
    weights.map((kind) => [
      `${kind}.safetensors`,
      read(join(run, 'checkpoints', `${kind}.safetensors`)).toString('hex'),
    ]),
  );
  const log = read(join(run, 'events.jsonl'))
    .toString()
    .replace(/,"(time|seconds)":[-+.e\d]+/g, '');
  const summary = existsSync(join(run, 'summary.json')) ? JSON.parse(read(join(run, 'summary.json'))) : {};
  const { started: _, seconds: __, ...facts } = summary;
  return { ...files, 'events.jsonl': log, 'summary.json': JSON.stringify(facts) };
}

/** What differs between two outcomes. */
export const differing = (got, expected) =>
  Object.keys(expected).filter((file) => got[file] !== expected[file]);

/** Temporary files below a run's folder. */
export const leftovers = (place) =>
  existsSync(join(place, 'run'))
    ? readdirSync(join(place, 'run'), { recursive: true }).filter((path) => /\.tmp$/.test(path))
    : [];
