import { spawn } from 'node:child_process';
import { commandLine } from './command-line.ts';
import type { CliLocation } from './find-cli.ts';

/** More than any command writes that the extension reads. */
const MAX_OUTPUT = 16 * 2 ** 20;

export interface CliOptions {
  readonly cwd: string;
  /** What the command reads from stdin. Default: nothing. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

export interface CliResult {
  /** Exit code; null for a process that a signal ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. @throws what starting a process throws; an AbortError where `signal` ended it. */
export function runCli(place: CliLocation, args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { cwd, input = '', signal } = options;
  const { program, args: all, env } = commandLine(place, args);
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, {
      cwd,
      env: { ...process.env, ...env, NO_COLOR: '1' },
      windowsHide: true,
      ...(signal === undefined ? {} : { signal }),
    });
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      let text = '';
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (text.length > MAX_OUTPUT) child.kill();
      });
      return () => text;
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() }));
    // A process that ends without reading closes it.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What a command says of its failure, in one text. */
export const failureText = ({ code, stderr }: CliResult): string =>
  /^kindling: (.+)$/ms.exec(stderr)?.[1]?.trim() || stderr.trim().slice(-500) || `exit code ${code}`;
