import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bin, environment, newFolder } from './process/kindling.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
const page = join(docs, 'cli.md');
/** Writes what the commands print into the page, instead of comparing. */
const isUpdate = process.env.KINDLING_UPDATE_DOCS === '1';

const canRun = process.platform !== 'win32' && spawnSync('bash', ['--version']).status === 0;
const hasMake = canRun && spawnSync('make', ['--version']).status === 0;

let cwd: string;

/** Numbers from 0 to 1 that are the same on every machine. */
function* numbers(): Generator<number, never> {
  for (let state = 7; ; state = (state * 16_807) % 2_147_483_647) yield state / 2_147_483_647;
}

function people(): string {
  const random = numbers();
  const next = (): number => random.next().value;
  const rows = Array.from({ length: 240 }, (_, i) => {
    const [height, age, city] = [150 + 40 * next(), 18 + Math.floor(60 * next()), Math.floor(3 * next())];
    const shown = i % 60 === 7 ? 'NA' : height.toFixed(1);
    return `${i + 1},${['Busan', 'Jeju', 'Seoul'][city]},${shown},${age},${height + age / 3 > 186 ? 'yes' : 'no'}`;
  });
  return `id,city,height,age,label\n${rows.join('\n')}\n`;
}

beforeAll(async () => {
  cwd = await newFolder();
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(join(cwd, 'bin', 'kindling'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(cwd, 'bin', 'kindling'), 0o755);
  writeFileSync(join(cwd, 'people.csv'), people());
  const wrong = {
    name: 'wrong',
    sed: 3,
    data: { source: 'digits', batchSize: 32 },
    model: ['relo', { type: 'linear', out: 10 }],
    loss: 'crossEntropy',
    optimizer: 'adam',
    epochs: '3',
  };
  const shapes = {
    name: 'shapes',
    experiment: 'xor-wide-deep',
    axes: {
      'optimizer.lr': [0.1, 1],
      width: { paths: ['model.0.out', 'model.2.out', 'model.4.out'], values: '4,8' },
      head: { options: { plain: {}, tanh: { 'model.1': 'tanh' } } },
    },
  };
  writeFileSync(join(cwd, 'shapes.json'), `${JSON.stringify(shapes, null, 2)}\n`);
  writeFileSync(join(cwd, 'wrong.json'), `${JSON.stringify(wrong, null, 2)}\n`);
});

/** Runs a command line as a person would, in one folder after the other commands of the page. */
function printed(command: string): string {
  const env = environment();
  const { stdout } = spawnSync('bash', ['-c', `${command} 2>&1`], {
    cwd,
    env: { ...env, PATH: `${join(cwd, 'bin')}${delimiter}${env.PATH}` },
    encoding: 'utf8',
  });
  return stdout.trimEnd();
}

/** Without what differs from day to day and from machine to machine. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-11-28 12:00')
    .replaceAll(/\b\d+\.\d s\b/g, '0.1 s')
    .replaceAll(realpathSync(cwd), '/project');

/** Losses and the like: another engine rounds otherwise. */
const decimals = /\b\d+\.\d{4,}\b/g;

/** Compares texts word for word, and their decimals as numbers. */
function expectLike(now: string, block: string): void {
  expect(now.replaceAll(decimals, '#')).toBe(block.replaceAll(decimals, '#'));
  const [got, expected] = [now, block].map((text) =>
    Array.from(text.matchAll(decimals), ([word]) => Number(word)),
  );
  got!.forEach((value, i) => {
    expect(Math.abs(value - expected![i]!), `${value} and ${expected![i]}`).toBeLessThan(0.02);
  });
}

/** A block of commands and what they print: `$ kindling …`, and the output to the next `$`. */
function rerun(block: string): string {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  return commands
    .map((line) => [line, steady(printed(line.slice(2)))].filter((text) => text !== '').join('\n'))
    .join('\n');
}

const blocks = (text: string, language: string): string[] =>
  Array.from(
    text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\`$`, 'gm')),
    (match) => match[1]!,
  );

test('every command stands in a page of the documentation', () => {
  const pages = readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => readFileSync(join(docs, name), 'utf8'));
  const commands = readdirSync(join(import.meta.dirname, '..', 'src', 'commands'));
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((name) => !pages.some((text) => text.includes(`kindling ${name}`)))).toEqual([]);
});

describe.skipIf(!canRun)('docs/cli.md', () => {
  test('shows what the commands print', () => {
    const text = readFileSync(page, 'utf8');
    const found = blocks(text, 'console');
    expect(found.length).toBeGreaterThan(5);
    let updated = text;
    for (const block of found) {
      const now = rerun(block);
      if (isUpdate) updated = updated.replace(`\`\`\`console\n${block}\n`, () => `\`\`\`console\n${now}\n`);
      else expectLike(now, block);
    }
    if (isUpdate) writeFileSync(page, updated);
  });

  test.skipIf(!hasMake)('has a Makefile that trains what has changed, and nothing twice', async () => {
    const [makefile] = blocks(readFileSync(page, 'utf8'), 'make');
    const folder = await newFolder();
    writeFileSync(join(folder, 'Makefile'), `${makefile}\n`);
    writeFileSync(join(folder, 'people.csv'), people());
    const env = environment();
    const make = () =>
      spawnSync('make', ['-s'], {
        cwd: folder,
        env: { ...env, PATH: `${join(cwd, 'bin')}${delimiter}${env.PATH}` },
        encoding: 'utf8',
      });
    const first = make();
    expect(first.status, first.stderr).toBe(0);
    const metrics = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({ type: 'evaluation', metrics: { accuracy: expect.any(Number) } });
    expect(readFileSync(join(folder, 'people.onnx')).length).toBeGreaterThan(100);
    expect(make()).toMatchObject({ status: 0, stdout: '' });
  });

  test('has a workflow whose commands pass, and fail where an experiment has a problem', async () => {
    const [workflow] = blocks(readFileSync(page, 'utf8'), 'yaml');
    const steps = Array.from(workflow!.matchAll(/- run: (.*)$/gm), ([, command]) => command!);
    const folder = await newFolder();
    writeFileSync(join(folder, 'people.csv'), people());
    const env = environment();
    const run = (command: string) =>
      spawnSync('bash', ['-eo', 'pipefail', '-c', command], {
        cwd: folder,
        env: { ...env, CI: 'true', PATH: `${join(cwd, 'bin')}${delimiter}${env.PATH}` },
        encoding: 'utf8',
      });
    expect(run('kindling init --from people.csv -o people.json').status).toBe(0);
    const own = steps.filter((command) => !command.startsWith('npm '));
    expect(own).toHaveLength(5);
    for (const command of own) {
      const { status, stderr } = run(command);
      expect(status, `${command}\n${stderr}`).toBe(0);
    }
    const document = JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8'));
    writeFileSync(join(folder, 'people.json'), JSON.stringify({ ...document, epochs: 'many' }));
    expect(run(own[1]!).status).toBe(2);
  });
});
