import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bin, environment, newFolder } from './process/kindling.ts';

const hasPty = process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!hasPty) console.warn('skipped: a pseudo-terminal is made with python3, which is not here');

interface Screen {
  readonly code: number | null;
  /** What the terminal was sent, by stdout and stderr. */
  readonly text: string;
}

interface Settings {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** When this appears, Ctrl-C is pressed. */
  readonly interruptAt?: string;
}

async function onTerminal(args: readonly string[], settings: Settings = {}): Promise<Screen> {
  const { columns = 80, env = {}, interruptAt = '' } = settings;
  const script = join(import.meta.dirname, 'process', 'in_terminal.py');
  const child = spawn('python3', [script, String(columns), interruptAt, process.execPath, bin, ...args], {
    cwd: await newFolder(),
    env: environment({ TERM: 'xterm-256color', ...env }),
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}

const esc = '\x1b';
const colors = new RegExp(`${esc}\\[[\\d;]*m`, 'g');

describe.skipIf(!hasPty)('on a terminal', () => {
  const short = ['train', 'digits', '--epochs', '40', '--set', 'data.train=640', '--set', 'data.test=100'];

  test('training has a bar that is gone at the end, and colours', async () => {
    const { code, text } = await onTerminal([...short, '--progress', 'bar']);
    expect(code).toBe(0);
    const bars = text.replaceAll(colors, '').match(/\repoch \d+ of 40 [━╸]+ +\d+%[^\r\n]*/g) ?? [];
    // How often it is drawn depends on how long the training takes.
    expect(bars.length).toBeGreaterThan(0);
    for (const bar of bars) expect(bar.slice(1, bar.indexOf(`${esc}[K`)).length).toBeLessThan(80);
    expect(bars.at(-1)).toMatch(/loss \d\.\d+( {2}ETA \d:\d\d)?/);
    // The bar's line is emptied before the table begins.
    expect(text).toMatch(new RegExp(`\\r${esc}\\[K${esc}\\[1mepoch {2}train loss`));
  });

  test('NO_COLOR, CI and a dumb terminal have neither', async () => {
    for (const env of [{ NO_COLOR: '1' }, { CI: 'true' }, { TERM: 'dumb' }]) {
      const { code, text } = await onTerminal(['train', 'xor', '--epochs', '301'], { env });
      expect(code).toBe(0);
      expect(text).not.toContain(esc);
      expect(text).not.toContain('━');
    }
  });

  test('results keep to its columns', async () => {
    for (const columns of [50, 100]) {
      const { text } = await onTerminal(['train', 'xor', '--epochs', '301'], {
        columns,
        env: { NO_COLOR: '1' },
      });
      const widths = text
        .split('\r\n')
        .filter((line) => /[⠀-⣿│┤]/.test(line))
        .map((line) => line.length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      expect(Math.max(...widths)).toBeGreaterThan(columns - 10);
    }
  });

  test.skipIf(process.platform !== 'linux')(
    'board opens the browser of a desktop, and no other',
    async () => {
      const folder = await newFolder();
      const opened = join(folder, 'opened');
      writeFileSync(
        join(folder, 'xdg-open'),
        `#!/bin/sh\necho "$1" > '${opened}.part'; mv '${opened}.part' '${opened}'\n`,
      );
      chmodSync(join(folder, 'xdg-open'), 0o755);
      const PATH = `${folder}:${environment().PATH}`;
      const board = async (env: Record<string, string>, ...args: string[]) => {
        const settings = { env: { PATH, ...env }, columns: 200, interruptAt: 'Ctrl-C to end' };
        const { code, text } = await onTerminal(['board', '--port', '0', ...args], settings);
        expect(code, text).toBe(0);
        return text;
      };
      await board({});
      await board({ DISPLAY: ':9' }, '--no-open');
      expect(existsSync(opened)).toBe(false);
      const text = await board({ DISPLAY: ':9' });
      await expect.poll(() => existsSync(opened), { timeout: 60_000 }).toBe(true);
      expect(text).toContain(readFileSync(opened, 'utf8').trim());
    },
  );

  test('Ctrl-C ends training after a checkpoint', async () => {
    const { code, text } = await onTerminal(['train', 'digits', '--epochs', '50'], { interruptAt: 'ETA' });
    expect(code).toBe(130);
    expect(text).toContain('saving a checkpoint; press Ctrl-C again to quit at once');
    expect(text).toMatch(/stopped after \d+ steps; to resume: kindling train digits --resume\r\n$/);
  });
});
