import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateRun, findRun, listRuns, loadTrainedModel, readRun, runExperiment } from '../../src/index.ts';
import { experiment, runsFolder } from './set-up.ts';

const runs = runsFolder();

describe('reading', () => {
  test('leaves out a line that is half written', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const { events } = readRun(folder.path);
    const size = statSync(folder.events).size;
    writeFileSync(folder.events, readFileSync(folder.events).subarray(0, size - 20));
    expect(readRun(folder.path).events).toEqual(events.slice(0, -1));
  });

  test('passes over lines that are no events, counts them, and names the first', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const { events, skipped, problem } = readRun(folder.path);
    expect([skipped, problem]).toEqual([0, undefined]);
    const lines = readFileSync(folder.events, 'utf8').split('\n');
    const damage = (...strange: string[]) => {
      writeFileSync(folder.events, [...lines.slice(0, 3), ...strange, ...lines.slice(4)].join('\n'));
      return readRun(folder.path);
    };
    const rest = events.filter((_, i) => i !== 3);
    for (const [line, wrong] of [
      ['{"type":"step"', 'expected an event in JSON, got "{\\"type\\":\\"step\\""'],
      ['{"type":7}', 'expected an event, got one with type'],
      ['{"type":"step","step":-1}', 'expected an event, got one with step'],
      ['['.repeat(200_000), ''],
      ['\u0000\u0001', ''],
      ['x'.repeat(2 ** 24 + 1), `expected an event, got a line of more than ${2 ** 24} characters`],
      ['', 'expected an event in JSON, got ""'],
    ] as const) {
      const run = damage(line);
      expect(run.events).toEqual(rest);
      expect(run.skipped).toBe(1);
      expect(run.problem).toContain(`events.jsonl:4: ${wrong}`);
    }
    const run = damage('{}', '{"type":"telepathy","of":"a future version"}', 'x');
    expect(run).toMatchObject({ skipped: 2, unknown: 1 });
  });

  test('reads lines that end on either side of a block of the file', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const line = readFileSync(folder.events, 'utf8')
      .split('\n')
      .find((text) => text.includes('"step"'))!;
    for (const length of [2 ** 16 - 2, 2 ** 16 - 1, 2 ** 16, 2 ** 17]) {
      writeFileSync(folder.events, `${' '.repeat(length - line.length)}${line}\n${line}\n${line}`);
      expect(readRun(folder.path)).toMatchObject({
        events: [JSON.parse(line), JSON.parse(line)],
        skipped: 0,
      });
    }
  });

  test('tells how far a run that was killed is, from its log', async () => {
    const { folder, summary } = await runExperiment(experiment(), { runs: runs() });
    writeFileSync(folder.summary, JSON.stringify({ ...summary, status: 'running', step: 0, epoch: 0 }));
    const lines = readFileSync(folder.events, 'utf8').split('\n').slice(0, -2);
    writeFileSync(folder.events, `${lines.join('\n')}\n`);
    expect(readRun(folder.path)).toMatchObject({ state: 'interrupted', summary: { step: 25, epoch: 25 } });
    const failed = {
      type: 'run-finished',
      status: 'failed',
      epoch: 25,
      step: 25,
      metrics: {},
      seconds: 1,
      time: 1,
    };
    writeFileSync(folder.events, `${lines.join('\n')}\n${JSON.stringify({ ...failed, error: 'full' })}\n`);
    expect(readRun(folder.path)).toMatchObject({ state: 'failed', summary: { error: 'full', step: 25 } });
  });

  test('numbers that JSON has no form for come back', async () => {
    const { folder, summary } = await runExperiment(experiment(), { runs: runs() });
    const metrics = { train: { loss: 'Infinity', r2: 'NaN', mae: '-Infinity', accuracy: 0.5 } };
    writeFileSync(folder.summary, JSON.stringify({ ...summary, metrics }));
    expect(readRun(folder.path).summary.metrics.train).toEqual({
      loss: Number.POSITIVE_INFINITY,
      r2: Number.NaN,
      mae: Number.NEGATIVE_INFINITY,
      accuracy: 0.5,
    });
  });

  test('passes over what is no run', async () => {
    mkdirSync(join(runs(), 'empty'));
    writeFileSync(join(runs(), 'file'), '');
    expect(listRuns(runs())).toEqual([]);
    expect(listRuns(join(runs(), 'nowhere'))).toEqual([]);
    expect(() => readRun(join(runs(), 'empty'))).toThrow('no run in ');
  });
});

describe.skipIf(process.platform === 'win32')('a damaged run among others', () => {
  const plants: Record<string, (path: string) => unknown> = {
    'an empty file': (path) => writeFileSync(path, ''),
    'half a document': (path) => writeFileSync(path, '{'),
    'a document of a future version': (path) => writeFileSync(path, '{"name":"x","status":"hibernating"}'),
    'deep nesting': (path) => writeFileSync(path, '['.repeat(200_000)),
    'a sparse terabyte': (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 40);
    },
    'a folder': (path) => mkdirSync(path),
    'a pipe': (path) => execFileSync('mkfifo', [path]),
    'a link to a device': (path) => symlinkSync('/dev/zero', path),
    'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
  };
  const files = ['summary', 'experiment'] as const;

  test.each(Object.keys(plants).flatMap((plant) => files.map((file) => [plant, file] as const)))(
    '%s as its %s is told, and the others are read',
    async (plant, file) => {
      const good = await runExperiment(experiment(), { runs: runs() });
      const bad = await runExperiment(experiment(), { runs: runs() });
      rmSync(bad.folder[file]);
      plants[plant]!(bad.folder[file]);
      const [first, second, ...others] = listRuns(runs());
      expect(others).toEqual([]);
      expect(first).toMatchObject({ name: 'tiny', state: 'completed', summary: good.summary });
      expect(second).toEqual({
        name: 'tiny-2',
        folder: bad.folder,
        state: 'damaged',
        problem: expect.stringContaining(file === 'summary' ? '' : bad.folder.experiment),
      });
      expect(findRun(runs(), 'tiny').name).toBe('tiny');
      expect(() => findRun(runs(), 'tiny-2')).toThrow('run tiny-2 is damaged: ');
      expect(() => readRun(bad.folder.path)).toThrow();
      expect((await runExperiment(experiment(), { runs: runs(), resume: true })).folder.name).toBe('tiny');
    },
  );

  test('a log that is no file is damage, and nothing is written in its place', async () => {
    for (const [i, plant] of ['a folder', 'a pipe', 'a link to a device'].entries()) {
      const { folder } = await runExperiment(experiment(), { runDir: join(runs(), `run-${i}`) });
      rmSync(folder.events);
      plants[plant]!(folder.events);
      expect(() => readRun(folder.path)).toThrow(`${folder.events}: expected a regular file, got `);
      await expect(runExperiment(experiment(), { runDir: folder.path, resume: true })).rejects.toThrow(
        `${folder.events}: expected a regular file, got `,
      );
    }
    expect(listRuns(runs()).map(({ state }) => state)).toEqual(['damaged', 'damaged', 'damaged']);
  });

  test('weights that are no file are refused before they are opened', async () => {
    for (const [i, plant] of ['a folder', 'a pipe', 'a link to a device'].entries()) {
      const { folder } = await runExperiment(experiment(), { runDir: join(runs(), `run-${i}`) });
      for (const kind of ['best', 'last'] as const) {
        rmSync(folder.checkpoint(kind));
        plants[plant]!(folder.checkpoint(kind));
        const refusal = `${folder.checkpoint(kind)}: expected a regular file, got `;
        await expect(evaluateRun(folder.path, { checkpoint: kind })).rejects.toThrow(refusal);
        await expect(loadTrainedModel(folder.path, { checkpoint: kind })).rejects.toThrow(refusal);
      }
    }
  });
});
