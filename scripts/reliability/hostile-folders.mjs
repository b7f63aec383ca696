// Puts what does not belong there in the place of each file of a run: folders, pipes, links, sockets, damaged, huge and deeply nested
// files. Other runs must be listed, shown, evaluated and resumed as if nothing were; the damaged one may be refused, with a message,
// or may work. Nothing may hang, and nothing may be written through a link.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isCrash, kindling } from './process.mjs';
import { RunLab } from './run-lab.mjs';
import { eachOf, sample } from './tally.mjs';

export const title = 'hostile run folders';

const files = [
  'experiment.json',
  'events.jsonl',
  'summary.json',
  'lock',
  'curve.svg',
  'checkpoints',
  'checkpoints/initial.safetensors',
  'checkpoints/last.safetensors',
  'checkpoints/best.safetensors',
  'checkpoints/last.trainer.safetensors',
];

const victim = 'what is not to be written';

/** What is put in a file's place; `outside` is a file of somebody else. */
const plants = {
  'an empty file': (path) => writeFileSync(path, ''),
  'half a document': (path) => writeFileSync(path, '{'),
  'a foreign document': (path) => writeFileSync(path, '{"name":"x","status":"hibernating","version":99}\n'),
  'a bad and an unknown line': (path) =>
    writeFileSync(path, '{"type":"step","st\n{"type":"telepathy"}\n\u0000\u0001\n'),
  'random bytes': (path, _, random) =>
    writeFileSync(path, Buffer.from(Array.from({ length: 5000 }, () => 256 * random()))),
  'deep nesting': (path) => writeFileSync(path, `${'['.repeat(200_000)}\n`),
  'a terabyte of nothing': (path) => {
    const file = openSync(path, 'w');
    ftruncateSync(file, path.endsWith('events.jsonl') ? 2 ** 30 : 2 ** 40);
    closeSync(file);
  },
  'a folder': (path) => mkdirSync(path),
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a socket': (path) =>
    new Promise((resolve) => {
      const server = createServer().listen(path, () => resolve(server));
    }),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a link to a file': (path, outside) => symlinkSync(outside, path),
  'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
};

export async function run(context) {
  if (process.platform === 'win32') throw new Error('expected a system with pipes and links');
  const lab = new RunLab();
  try {
    await planted(lab, context);
  } finally {
    lab.remove();
  }
}

async function planted(lab, { tally, random, full, atOnce, note }) {
  const origin = lab.place();
  const trained = await lab.train('broken', origin);
  if (trained.code !== 0) throw new Error(`a run that nothing disturbs failed: ${trained.stderr}`);
  const all = files.flatMap((file) => Object.keys(plants).map((plant) => ({ file, plant })));
  const chosen = full ? all : sample(all, 5, random);
  note(`${chosen.length} of ${all.length} plants`);

  await eachOf(chosen, atOnce, async ({ file, plant }) => {
    const place = lab.place();
    const [runs, outside] = [join(place, 'runs'), join(place, 'outside')];
    mkdirSync(runs);
    for (const name of ['good', 'bad']) execFileSync('cp', ['-r', join(origin, 'run'), join(runs, name)]);
    writeFileSync(outside, victim);
    const path = join(runs, 'bad', file);
    rmSync(path, { recursive: true, force: true });
    const server = await plants[plant](path, outside, random);

    const run = async (args, check) => {
      const what = `${plant} as ${file}: kindling ${args.join(' ')}`;
      const ended = await kindling(args, { cwd: place });
      const wrong = check(ended);
      if (ended.hung) tally.fail('hangs', `${what}: hung`);
      else if (isCrash(ended))
        tally.fail('crashes', `${what}: ${ended.code} ${ended.signal} ${ended.stderr}`);
      else if (wrong)
        tally.fail('differing', `${what}: ${wrong}: ${ended.code} ${ended.stdout}${ended.stderr}`);
      else if (readFileSync(outside, 'utf8') !== victim)
        tally.fail('differing', `${what}: wrote through a link`);
      else tally.pass();
    };
    const works = ({ code }) => code !== 0 && 'expected to work';
    const speaks = ({ code, stderr }) => code !== 0 && stderr === '' && 'expected a message';
    await run(['runs', 'list'], ({ code, stdout }) =>
      code !== 0 || !/^good +completed/m.test(stdout) ? 'expected the good run in the list' : '',
    );
    await run(['runs', 'show', 'good'], works);
    await run(['eval', 'good'], works);
    await run(['predict', 'good', '--index', '1'], works);
    await run(['train', '--resume', '--run-dir', 'runs/good', '--epochs', '5'], works);
    await run(['runs', 'show', 'bad'], speaks);
    await run(['eval', 'bad'], speaks);
    await run(['predict', 'bad', '--index', '1'], speaks);
    await run(['train', '--resume', '--run-dir', 'runs/bad', '--epochs', '5'], speaks);
    await run(['runs', 'list'], works);
    server?.close?.();
    lab.discard(place);
  });
}
