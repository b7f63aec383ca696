import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { failureText, runCli } from './cli.ts';
import type { CliLocation } from './find-cli.ts';

/** What `kindling --version` prints, or why it prints nothing. */
export type CliVersion = { readonly version: string } | { readonly problem: string };

/** Versions of command lines as they say themselves. Each is asked once, and again when its file has changed. */
export class CliVersions {
  readonly #known = new Map<string, Promise<CliVersion>>();

  of(place: CliLocation): Promise<CliVersion> {
    const key = `${place.path}\n${place.version ?? ''}\n${modified(place.path)}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = askVersion(place);
      this.#known.set(key, known);
    }
    return known;
  }
}

async function askVersion(place: CliLocation): Promise<CliVersion> {
  try {
    const result = await runCli(place, ['--version'], { cwd: homedir() });
    const version = result.stdout.trim();
    if (result.code === 0 && version !== '') return { version };
    return { problem: failureText(result) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function modified(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

/** Major and minor version of a text that begins with a version, such as `0.1`; undefined where it is none. */
export const releaseLine = (text: string): string | undefined => /^v?(\d+\.\d+)\.\d+/.exec(text)?.[1];
