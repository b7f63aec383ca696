import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { installCommand } from '../src/cli/install-command.ts';
import { findNode } from '../src/scripts/node-program.ts';
import { scriptCommand } from '../src/scripts/script-command.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'kindling-script-'));
const node = (version: string) => ({ program: 'node', version, env: {} });

describe('scriptCommand', () => {
  const plain = folder();

  it('runs JavaScript by Node.js alone', () => {
    for (const name of ['a.js', 'a.mjs', 'a.cjs']) {
      const file = join(plain, name);
      expect(scriptCommand(file, node('v20.20.2'))).toEqual({ program: 'node', args: [file], env: {} });
    }
  });

  it('runs TypeScript by the Node.js that strips types, with a flag where it takes one', () => {
    const file = join(plain, 'a.ts');
    const args = (version: string): unknown => scriptCommand(file, node(version));
    for (const version of ['v22.18.0', 'v23.6.0', 'v24.0.0', '26.1.0'])
      expect(args(version)).toMatchObject({ args: [file] });
    for (const version of ['v22.6.0', 'v22.17.1', 'v23.5.0']) {
      expect(args(version)).toMatchObject({ args: ['--experimental-strip-types', file] });
    }
    for (const version of ['v20.20.2', 'v22.5.1', 'v21.9.0'])
      expect(args(version)).toEqual({ missing: 'tsx' });
  });

  it('prefers tsx where it is installed for the file', () => {
    const root = folder();
    const tsx = join(root, 'node_modules', 'tsx');
    mkdirSync(join(root, 'src', 'inner'), { recursive: true });
    mkdirSync(tsx, { recursive: true });
    writeFileSync(
      join(tsx, 'package.json'),
      JSON.stringify({ name: 'tsx', exports: { '.': './loader.mjs' } }),
    );
    writeFileSync(join(tsx, 'loader.mjs'), '');
    const file = join(root, 'src', 'inner', 'a.mts');
    const loader = pathToFileURL(join(tsx, 'loader.mjs')).href;
    for (const version of ['v20.20.2', 'v24.0.0']) {
      expect(scriptCommand(file, node(version))).toMatchObject({ args: ['--import', loader, file] });
    }
  });

  it('needs a Node.js that Kindling runs on', () => {
    expect(scriptCommand(join(plain, 'a.mjs'), node('v18.20.0'))).toEqual({ missing: 'node' });
    expect(scriptCommand(join(plain, 'a.mjs'), node('v20.18.3'))).toEqual({ missing: 'node' });
    expect(scriptCommand(join(plain, 'a.mjs'), node('nonsense'))).toEqual({ missing: 'node' });
  });
});

describe('findNode', () => {
  it('is the one of PATH, else that of the editor', async () => {
    expect(await findNode()).toEqual({
      program: 'node',
      version: expect.stringMatching(/^v\d+\.\d+\.\d+$/),
      env: {},
    });
    const { PATH } = process.env;
    process.env.PATH = plainPath;
    try {
      expect(await findNode('/editor')).toEqual({
        program: '/editor',
        version: process.versions.node,
        env: { ELECTRON_RUN_AS_NODE: '1' },
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
});

const plainPath = folder();

describe('installCommand', () => {
  it('goes by the lockfile that is nearest, and by npm without one', () => {
    const root = folder();
    const inner = join(root, 'packages', 'a');
    mkdirSync(inner, { recursive: true });
    expect(installCommand('tsx', inner)).toBe('npm install --save-dev tsx');
    writeFileSync(join(root, 'pnpm-lock.yaml'), '');
    expect(installCommand('tsx', inner)).toBe('pnpm add --save-dev tsx');
    writeFileSync(join(inner, 'yarn.lock'), '');
    expect(installCommand('kindling@0.1', inner)).toBe('yarn add --dev kindling@0.1');
    expect(installCommand('kindling@0.1', undefined)).toBe('npm install --global kindling@0.1');
  });
});
