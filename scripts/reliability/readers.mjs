// Reads damaged files of every format (apps/cli/test/fuzz): each is taken as a file of another content, or refused by an error of its
// reader's own class, with a short message, in time.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

export const title = 'damaged files';

const root = join(import.meta.dirname, '..', '..');

export async function run({ tally, random, full, note }) {
  const seed = Math.floor(random() * 2 ** 31);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const main = join(root, 'apps', 'cli', 'test', 'fuzz', 'main.ts');
  const args = [
    '--import',
    tsx,
    '--conditions=@kindling/source',
    main,
    full ? '20000' : '1000',
    String(seed),
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { name, cases, taken, crashes, hangs, long } = JSON.parse(line);
    note(`${name}: ${cases} cases, ${taken} taken`);
    const findings = { crashes, hangs, differing: long };
    for (const [kind, texts] of Object.entries(findings)) for (const text of texts) tally.fail(kind, text);
    const failed = crashes.length + hangs.length + long.length;
    for (let i = failed; i < cases; i++) tally.pass();
  }
  const code = child.exitCode ?? (await new Promise((resolve) => child.on('close', resolve)));
  if (code !== 0) tally.fail('crashes', `the readers ended with ${code}`);
}
