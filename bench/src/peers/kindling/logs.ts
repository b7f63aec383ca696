import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createRun, EventFile, RunColumns } from '@kindling/train';
import type { LogTask, ReadTask } from '../../task.ts';
import { type Prepared, secondsOf } from '../peer.ts';

/** Calls of `log` of a run, which writes its log to a folder for temporary files. */
export async function prepareLog({ values }: LogTask): Promise<Prepared> {
  const dir = await mkdtemp(join(tmpdir(), 'kindling-log-'));
  const run = await createRun({ name: 'log', dir });
  const names = Array.from({ length: values }, (_, i) => `loss/${i}`);
  const row: Record<string, number> = {};
  let step = 0;
  return {
    check: () => values,
    step: (count) =>
      secondsOf(() => {
        for (let i = 0; i < count; i++, step++) {
          for (let name = 0; name < values; name++) row[names[name]!] = 1 / (step + name + 1);
          run.log(step, row);
        }
      }),
    async dispose() {
      run.finish();
      await rm(dir, { recursive: true });
    },
  };
}

/** Reading a log of so many steps as columns; a step of the bench reads it all. */
export async function prepareRead({ steps }: ReadTask): Promise<Prepared> {
  const dir = await mkdtemp(join(tmpdir(), 'kindling-log-'));
  const path = join(dir, 'events.jsonl');
  await pipeline(Readable.from(logOf(steps)), createWriteStream(path));
  const read = (): RunColumns => {
    const columns = new RunColumns();
    new EventFile(path, columns).read();
    return columns;
  };
  return {
    check: () => steps,
    step: (count) =>
      secondsOf(() => {
        for (let i = 0; i < count; i++) {
          const { length } = read().steps;
          if (length !== steps) throw new Error(`expected ${steps} steps, read ${length}`);
        }
      }),
    dispose: () => rm(dir, { recursive: true }),
  };
}

/** The log of a run: an epoch each thousand steps. */
function* logOf(steps: number): Generator<string> {
  let text = `{"type":"run-started","run":"long","config":{},"time":${Date.now()}}\n`;
  for (let step = 0; step < steps; step++) {
    const [epoch, time] = [Math.floor(step / 1000), 1.7e12 + step];
    const loss = Math.exp(-step / 1e6) + 0.1 * Math.abs(Math.sin(step));
    text += `{"type":"step","step":${step},"epoch":${epoch},"loss":${loss},"lr":${1 / (step + 1000)},"time":${time}}\n`;
    if (step % 1000 !== 999) continue;
    text += `{"type":"epoch","epoch":${epoch},"step":${step + 1},"train":{"loss":${loss}},"seconds":1,"time":${time}}\n`;
    yield text;
    text = '';
  }
  yield text;
}
