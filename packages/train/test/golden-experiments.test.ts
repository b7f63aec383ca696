import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSafetensors } from '@kindling/core';
import { afterAll, describe, expect, test } from 'vitest';
import {
  buildTraining,
  type Callback,
  type ExperimentInput,
  evaluateRun,
  loadTrainedModel,
  parseExperiment,
  type RunFolder,
  runExperiment,
} from '../src/index.ts';

/** Trainings by PyTorch 2.15, as `tools/golden/experiments.py` records them. */
interface Case {
  readonly name: string;
  readonly csv: string;
  readonly experiment: Omit<ExperimentInput, 'name'>;
  /** Of each step, before its update. */
  readonly losses: readonly number[];
  /** At the end, averaged where the experiment says so. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('fixtures/experiments.json', import.meta.url), 'utf8'),
);

const folder = mkdtempSync(join(tmpdir(), 'kindling-experiments-'));
afterAll(() => rmSync(folder, { recursive: true }));

const close = (values: readonly number[]) =>
  values.map((value) => expect.closeTo(value, 5 - Math.ceil(Math.log10(Math.max(1, Math.abs(value))))));

const experimentOf = ({ csv, experiment }: Case) => {
  const path = join(folder, 'data.csv');
  writeFileSync(path, csv);
  return parseExperiment({
    name: 'golden',
    device: 'cpu',
    logEvery: 1,
    ...experiment,
    data: { ...experiment.data, path } as ExperimentInput['data'],
  });
};

/** The weights of a run by file, in hexadecimal digits. */
const filesOf = (run: RunFolder) =>
  (['initial', 'last', 'best'] as const).map((kind) => readFileSync(run.checkpoint(kind), 'hex'));

let count = 0;
/** Folders of the same name elsewhere, which goes into the files of weights. */
const newRun = (): string => join(folder, String(count++), 'golden');

describe.each(cases)('$name', (one) => {
  test('trains as PyTorch trains, and is evaluated with the weights of its end', async () => {
    const losses: number[] = [];
    const { folder: run, summary } = await runExperiment(experimentOf(one), {
      runDir: newRun(),
      onEvent: (event) => {
        if (event.type === 'step') losses.push(event.loss!);
      },
    });
    expect(losses).toEqual(close(one.losses));
    const { tensors } = await loadSafetensors(run.checkpoint('last'));
    const weights = Object.entries(one.weights);
    expect(Object.keys(tensors).sort()).toEqual(weights.map(([name]) => name).sort());
    for (const [name, values] of weights) expect([...tensors[name]!.data()], name).toEqual(close(values));
    const evaluated = await evaluateRun(run.path, { checkpoint: 'last' });
    expect(evaluated!.measured.loss).toBeCloseTo(summary.metrics.train!.loss!, 6);
    const { model } = await loadTrainedModel(run.path, { checkpoint: 'last' });
    expect(Object.keys(model.stateDict()).sort()).toEqual(Object.keys(tensors).sort());
  });

  test('has the same bits recorded and eagerly', async () => {
    const trained = async (compile: boolean) => {
      const { trainer, batches, weightAveraging } = await buildTraining(experimentOf(one), { compile });
      const losses: number[] = [];
      const watch: Callback = {
        name: 'watch',
        interval: Number.POSITIVE_INFINITY,
        onTrainBatchEnd: ({ loss }) => void losses.push(...loss),
      };
      const callbacks = [...(weightAveraging ? [weightAveraging] : []), watch];
      await trainer.fit(batches, { epochs: 12, callbacks });
      return { losses, weights: trainer.model.parameters().map((parameter) => [...parameter.data()]) };
    };
    expect(await trained(true)).toEqual(await trained(false));
  });

  test('stopped after any step and resumed, ends with the same files', async () => {
    const experiment = experimentOf(one);
    const whole = await runExperiment(experiment, { runDir: newRun() });
    for (const step of [1, Math.floor(one.losses.length / 2), one.losses.length - 1]) {
      const controller = new AbortController();
      const stop: Callback = {
        name: 'stop',
        interval: 1,
        onTrainBatchEnd: ({ firstStep, length }) => {
          if (firstStep + length >= step) controller.abort();
        },
      };
      const runDir = newRun();
      const { status } = await runExperiment(experiment, {
        runDir,
        signal: controller.signal,
        callbacks: [stop],
      });
      expect(status).toBe('stopped');
      const resumed = await runExperiment(experiment, { runDir, resume: true });
      expect(resumed.status).toBe('completed');
      expect(filesOf(resumed.folder), `stopped after step ${step}`).toEqual(filesOf(whole.folder));
    }
  });

  test('goes on for more epochs as if it had been asked for them', async () => {
    // A schedule as long as training is another one then.
    if (JSON.stringify(one.experiment).includes('cosine')) return;
    const experiment = experimentOf(one);
    const longer = { ...experiment, epochs: experiment.epochs + 2 };
    const whole = await runExperiment(longer, { runDir: newRun() });
    const runDir = newRun();
    await runExperiment(experiment, { runDir });
    const resumed = await runExperiment(longer, { runDir, resume: true });
    const [, last] = filesOf(resumed.folder);
    expect(last).toBe(filesOf(whole.folder)[1]);
  });
});
