import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '@kindling/train';
import { expect } from 'vitest';
import { events, ofType } from './events.ts';
import { newFolder, start } from './kindling.ts';

// What PyTorch 2.15 and NumPy 2.4 give on the CPU.

export const mnistLosses = [
  2.3843586444854736, 2.1472997665405273, 1.9921653270721436, 1.795578956604004, 1.7039517164230347,
];

export const singleLosses = {
  mse: [
    0.26021090149879456, 0.24827834963798523, 0.28508463501930237, 0.2823888659477234, 0.23499098420143127,
  ],
  bce: [0.7135727405548096, 0.6851329803466797, 0.7561602592468262, 0.7469203472137451, 0.6466621160507202],
  leaky: [
    0.10562971979379654, 0.09500390291213989, 0.10671760886907578, 0.10386119037866592, 0.10797339677810669,
  ],
  all: [0.8950639963150024, 0.6447590589523315, 0.7483410835266113, 0.4981462359428406, 0.5915371775627136],
};

const dataDir = process.env.KINDLING_DATA_DIR;
export const dataEnv: Record<string, string> = dataDir === undefined ? {} : { KINDLING_DATA_DIR: dataDir };

/** Whether a file of the published data is missing; says so. */
export function isMissing(file: string): boolean {
  const missing = dataDir === undefined || !existsSync(join(dataDir, file));
  if (missing) console.warn(`skipped: no ${file} in KINDLING_DATA_DIR (${dataDir ?? 'not set'})`);
  return missing;
}

export const losses = (all: readonly RunEvent[]): ReadonlyMap<number, number> =>
  new Map(ofType(all, 'step').map(({ step, loss }) => [step, loss!]));

/** The command that trains on a device. */
export const trainOn = (device: string, name: string, ...args: string[]): string[] => [
  'train',
  name,
  '--device',
  device,
  '--json',
  ...args,
];

/** The first events of a training, up to a step, after which the process is killed. Default folder: a new one. */
export async function beginning(
  step: number,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<RunEvent[]> {
  const { child, ended } = start([...command, '--log-every', '1'], {
    cwd: folder ?? (await newFolder()),
    env: { ...dataEnv, ...env },
  });
  let text = '';
  child.stdout.on('data', (part: string) => {
    text += part;
    if (text.includes(`"type":"step","step":${step},`)) child.kill('SIGKILL');
  });
  const { stderr } = await ended;
  expect(text, stderr).toContain(`"type":"step","step":${step},`);
  // What comes after the last whole line was cut off.
  return events(text.slice(0, text.lastIndexOf('\n') + 1));
}

export function expectClose(got: number | undefined, expected: number, relative: number): void {
  expect(Math.abs(got! / expected - 1), `${got} against ${expected}`).toBeLessThan(relative);
}
