import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunError, RunFolder } from '@kindling/train';
import { runPath } from './run-reference.ts';
import { UsageError } from './usage-error.ts';

const isPattern = (text: string): boolean => /[*?]/.test(text);

/** `*` stands for any letters of one name but a leading dot, `?` for one letter. */
function matcher(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'su');
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** The folders of a pattern with slashes, in the order of their names: `run-2` before `run-10`. */
function matching(pattern: string): readonly string[] {
  const isAbsolute = /^[/\\]/.test(pattern);
  return pattern
    .split(/[/\\]/)
    .filter((part) => part !== '')
    .reduce<readonly string[]>(
      (folders, part) =>
        folders.flatMap((folder) => {
          if (!isPattern(part)) return [join(folder, part)];
          const isMatch = matcher(part);
          const names = foldersIn(folder).filter((name) => isMatch.test(name));
          return names.sort(collator.compare).map((name) => join(folder, name));
        }),
      [isAbsolute ? '/' : '.'],
    );
}

/** As {@link runPath}, a run of this name that is damaged included; among several, the run of this very name first. */
function pathOf(reference: string, isAlone: boolean): string {
  const named = new RunFolder(join('runs', reference));
  if (!isAlone && named.exists()) return named.path;
  try {
    return runPath(reference);
  } catch (error) {
    if (error instanceof RunError && named.exists()) return named.path;
    throw error;
  }
}

/**
 * The folders of the runs that references name, each once, in their order: folders, names of runs (a name that stands alone is that
 * of an experiment first, whose newest run it stands for, as everywhere), and patterns such as `mnist*` (of names in runs/) and `sweeps/lr/*`. Folders without a run that a pattern meets are passed over.
 *
 * @throws RunError for a name that no run has; UsageError for a pattern that no run meets.
 */
export function runPaths(references: readonly string[]): readonly string[] {
  const paths = references.flatMap((reference) => {
    if (!isPattern(reference)) return [pathOf(reference, references.length === 1)];
    const pattern = /[/\\]/.test(reference) ? reference : join('runs', reference);
    const found = matching(pattern).filter((path) => new RunFolder(path).exists());
    if (found.length > 0) return found;
    throw new UsageError(`expected a run that matches ${JSON.stringify(reference)}, got none`);
  });
  return [...new Map(paths.map((path) => [new RunFolder(path).path, path])).values()];
}
