import { access, constants, stat } from 'node:fs/promises';
import { availableParallelism, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { deviceReports } from '@kindling/core';
import { dataDir, type Source, sourceStatus, sources } from '@kindling/data';
import { formatBytes, plural } from '@kindling/train/internal/console';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import type { Output } from '../../terminal/output.ts';
import { hanging } from '../../terminal/text.ts';
import { readiness } from '../data/list.ts';
import { compilerFinding } from './compiler-finding.ts';
import type { Finding } from './finding.ts';

declare const KINDLING_VERSION: string;

/** `kindling doctor`: what works here, and what to do where it does not. Fails only where nothing could work. */
export async function doctor(output: Output): Promise<ExitCode> {
  output.print(`kindling ${KINDLING_VERSION}\n`);
  const findings = [
    nodeFinding(),
    systemFinding(),
    ...deviceFindings(),
    compilerFinding(),
    await folderFinding('data folder', dataDir(), 'set KINDLING_DATA_DIR to a writable folder'),
    ...(await sourceFindings()),
    await folderFinding('runs folder', 'runs', 'train in another folder, or pass --run-dir'),
    terminalFinding(output),
  ];
  const wide = Math.max(...findings.map(({ check }) => check.length));
  for (const finding of findings) {
    output.emit({ type: 'check', ...finding });
    output.print(textOf(finding, wide, output));
  }
  return findings.some(({ state }) => state === 'fail') ? exitCodes.failure : exitCodes.done;
}

const marks = { ok: 'ok', missing: '-', fail: 'FAIL' } as const;
const colors = { ok: 32, missing: 33, fail: 31 } as const;

function textOf({ check, state, found, advice }: Finding, wide: number, { color, width }: Output): string {
  const mark = marks[state].padEnd(4);
  const shown = color ? `\x1b[${colors[state]}m${mark}\x1b[39m` : mark;
  const space = ' '.repeat(wide + 2);
  const lines = [`${check.padEnd(wide)}  `, space].flatMap((label, i) => {
    const text = i === 0 ? found : advice;
    return text === undefined ? [] : [hanging(label, text, width - 6)];
  });
  return `${shown}  ${lines.join('\n').replaceAll('\n', `\n${' '.repeat(6)}`)}`;
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return isNew
    ? { check: 'Node', state: 'ok', found: process.version }
    : { check: 'Node', state: 'fail', found: process.version, advice: 'install Node 20.19 or newer' };
}

function systemFinding(): Finding {
  const cores = plural(availableParallelism(), 'core');
  const found = `${process.platform} ${release()} on ${process.arch}, ${cores}, ${formatBytes(totalmem())} of memory`;
  return { check: 'system', state: 'ok', found };
}

const tfjsAdvice = 'run npm install --ignore-scripts @tensorflow/tfjs-node, then kindling tfjs setup';

function deviceFindings(): readonly Finding[] {
  const forced = process.env.KINDLING_BACKEND;
  return deviceReports().map(({ device, available, engine, checks }): Finding => {
    const results = checks.map((check) => {
      if (check.engine !== engine) return `${check.engine}: ${check.result}`;
      return check.result === 'works' ? `${engine} engine` : `${engine} engine: ${check.result}`;
    });
    const note = device === 'cpu' && forced !== undefined ? [`KINDLING_BACKEND is ${forced}`] : [];
    const found = [...results.reverse(), ...note].join('; ');
    const check = `device ${device}`;
    if (available) return { check, state: 'ok', found };
    const state = device === 'cpu' ? 'fail' : 'missing';
    if (device === 'tfjs') return { check, state, found, advice: tfjsAdvice };
    // Engines end with what can be done.
    const end = found.lastIndexOf('; ');
    if (checks.length !== 1 || end < 0) return { check, state, found };
    return { check, state, found: found.slice(0, end), advice: found.slice(end + 2) };
  });
}

async function sourceFindings(): Promise<readonly Finding[]> {
  const known: readonly Source[] = Object.values(sources);
  return Promise.all(
    known.map(async (source): Promise<Finding> => {
      const found = readiness(await sourceStatus(source));
      const check = `data ${source.name}`;
      if (found === 'here' || found === 'computed') return { check, state: 'ok', found };
      return { check, state: 'missing', found, advice: `run kindling data download ${source.name}` };
    }),
  );
}

/** Whether files can be made in a folder, which itself may have to be made. */
async function folderFinding(check: string, path: string, advice: string): Promise<Finding> {
  let existing = path;
  while (!(await isThere(existing)) && dirname(existing) !== existing) existing = dirname(existing);
  const note = existing === path ? '' : ' (created when needed)';
  const isFolder = await stat(existing).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  const canWrite = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (isFolder && canWrite) return { check, state: 'ok', found: `${path}${note}` };
  return {
    check,
    state: 'missing',
    found: `${path}: ${isFolder ? 'cannot be written' : 'is not a folder'}`,
    advice,
  };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function terminalFinding({ lively, color, columns }: Output): Finding {
  const found = [
    `${columns} columns`,
    lively ? 'progress bars' : 'no progress bars (stderr is not a terminal, or NO_COLOR or CI is set)',
    color ? 'color' : 'no color',
  ].join(', ');
  return { check: 'terminal', state: 'ok', found };
}
