import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listRuns, readRun, runExperiment } from '../../src/index.ts';
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

  test('names the line of the log that is damaged', async () => {
    const { folder } = await runExperiment(experiment(), { runs: runs() });
    const lines = readFileSync(folder.events, 'utf8').split('\n');
    const damage = (line: string) => {
      writeFileSync(folder.events, lines.with(3, line).join('\n'));
      return () => readRun(folder.path);
    };
    expect(damage('{"type":"step"')).toThrow(
      'events.jsonl:4: expected an event in JSON, got "{\\"type\\":\\"step\\""',
    );
    expect(damage('{"type":"stop"}')).toThrow('events.jsonl:4: expected an event, got one with type');
    expect(damage('{"type":"step","step":-1}')).toThrow(
      'events.jsonl:4: expected an event, got one with step',
    );
  });

  test('passes over what is no run', async () => {
    mkdirSync(join(runs(), 'empty'));
    writeFileSync(join(runs(), 'file'), '');
    expect(listRuns(runs())).toEqual([]);
    expect(listRuns(join(runs(), 'nowhere'))).toEqual([]);
    expect(() => readRun(join(runs(), 'empty'))).toThrow('run: expected a run, got none in');
  });
});
