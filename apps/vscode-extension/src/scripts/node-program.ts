import { spawn } from 'node:child_process';
import { homedir } from 'node:os';

/** A Node.js that runs programs. */
export interface NodeProgram {
  readonly program: string;
  /** Such as `v22.18.0`. */
  readonly version: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The Node.js of `PATH`, which a terminal would take; without one, that of the editor. */
export async function findNode(execPath = process.execPath): Promise<NodeProgram> {
  const version = await printed('node', ['--version']);
  return version === undefined
    ? { program: execPath, version: process.versions.node, env: { ELECTRON_RUN_AS_NODE: '1' } }
    : { program: 'node', version, env: {} };
}

/** What a program prints; undefined where it cannot be started or fails. */
const printed = (program: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    let text = '';
    const child = spawn(program, args, {
      cwd: homedir(),
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? text.trim() : undefined));
  });
