import { chmodSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCli } from '../src/cli/find-cli.ts';
import { packageCli } from './installed-cli.ts';

const folder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'kindling-find-')));

const search = { folders: [], isTrusted: true, setting: '', path: '' };

describe('findCli', () => {
  it('takes the one of the workspace before the one of the setting and the one of PATH', () => {
    const workspace = folder();
    const named = folder();
    const script = packageCli(join(workspace, 'node_modules', 'kindling'), '1.2.3');
    packageCli(named, '2.0.0');
    const all = { ...search, folders: [workspace], setting: named };
    expect(findCli(all)).toEqual({
      place: { source: 'workspace', path: script, isScript: true, version: '1.2.3' },
    });
    expect(findCli({ ...all, folders: [folder()] }).place).toMatchObject({
      source: 'setting',
      version: '2.0.0',
    });
  });

  it('finds a package that is installed above a folder, and the program of a checkout', () => {
    const root = folder();
    const inner = join(root, 'packages', 'mine');
    mkdirSync(inner, { recursive: true });
    packageCli(join(root, 'node_modules', 'kindling'), '1.0.0');
    expect(findCli({ ...search, folders: [inner] }).place).toMatchObject({ version: '1.0.0' });
    const checkout = folder();
    const script = packageCli(checkout, '0.1.0');
    expect(findCli({ ...search, folders: [checkout] }).place).toMatchObject({
      source: 'workspace',
      path: script,
    });
  });

  it.skipIf(process.platform === 'win32')('follows the link of a global installation to its script', () => {
    const bin = folder();
    const script = packageCli(folder(), '3.0.0');
    symlinkSync(script, join(bin, 'kindling'));
    expect(findCli({ ...search, path: `relative:${bin}` }).place).toEqual({
      source: 'global',
      path: script,
      isScript: true,
      version: '3.0.0',
    });
  });

  it.skipIf(process.platform === 'win32')(
    'starts a shim of PATH as a program, and passes over what is none',
    () => {
      const [empty, bin] = [folder(), folder()];
      mkdirSync(join(empty, 'kindling'));
      writeFileSync(join(bin, 'kindling'), '#!/bin/sh\n');
      chmodSync(join(bin, 'kindling'), 0o755);
      expect(findCli({ ...search, path: `${empty}:${bin}` }).place).toMatchObject({
        path: join(bin, 'kindling'),
        isScript: false,
      });
      chmodSync(join(bin, 'kindling'), 0o644);
      expect(findCli({ ...search, path: bin }).place).toBeUndefined();
    },
  );

  it('runs no code of a workspace that is not trusted', () => {
    const workspace = folder();
    packageCli(join(workspace, 'node_modules', 'kindling'), '1.0.0');
    packageCli(join(workspace, 'tools'), '1.0.0');
    const untrusted = { ...search, folders: [workspace], isTrusted: false };
    expect(findCli(untrusted).place).toBeUndefined();
    expect(findCli({ ...untrusted, setting: 'tools' }).place).toBeUndefined();
    expect(findCli({ ...untrusted, setting: join(workspace, 'tools') }).place).toBeUndefined();
  });

  it('says what the setting names where there is nothing to run', () => {
    const workspace = folder();
    expect(findCli({ ...search, folders: [workspace], setting: 'nothing/here' })).toEqual({
      place: undefined,
      missing: join(workspace, 'nothing', 'here'),
    });
  });

  it('takes no program of another package for it', () => {
    const workspace = folder();
    writeFileSync(join(workspace, 'main.mjs'), '');
    const manifest = { name: 'another', bin: './main.mjs' };
    writeFileSync(join(workspace, 'package.json'), JSON.stringify(manifest));
    expect(findCli({ ...search, folders: [workspace] }).place).toBeUndefined();
    writeFileSync(join(workspace, 'package.json'), JSON.stringify({ ...manifest, name: 'kindling' }));
    expect(findCli({ ...search, folders: [workspace] }).place).toMatchObject({
      path: join(workspace, 'main.mjs'),
    });
  });

  it('passes over a damaged manifest', () => {
    const workspace = folder();
    const at = join(workspace, 'node_modules', 'kindling');
    packageCli(at, '1.0.0');
    for (const text of ['{', 'null', '{"bin":{"kindling":5}}', '{"bin":"./missing.mjs"}']) {
      writeFileSync(join(at, 'package.json'), text);
      expect(findCli({ ...search, folders: [workspace] }).place).toBeUndefined();
    }
  });
});
