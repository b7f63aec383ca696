import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

export function say(text) {
  process.stderr.write(`release: ${text}\n`);
}

/** Runs a command without what the shell of the tests may have set; what it wrote, once it has ended with the code that is expected. */
export function output(command, args, { cwd, env = {}, code = 0 }) {
  const kept = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TEMP', 'TMPDIR', 'APPDATA', 'LOCALAPPDATA'];
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), ...env },
  });
  const told = `${command} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`;
  assert.equal(result.error, undefined, told);
  assert.equal(result.status, code, told);
  return { stdout: result.stdout, stderr: result.stderr };
}
