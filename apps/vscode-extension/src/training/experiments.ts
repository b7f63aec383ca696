import { sep } from 'node:path';
import { l10n, RelativePattern, type WorkspaceFolder, workspace } from 'vscode';
import * as z from 'zod';
import { failureText } from '../cli/cli.ts';
import type { CliHost } from '../cli/cli-host.ts';
import { readJsonLines } from '../cli/json-lines.ts';
import { runsFolder, workspaceFolders } from '../workspace.ts';
import { type ExperimentReference, experimentInFile } from './experiment-reference.ts';

/** More files are not looked into. */
const MAX_FILES = 2000;

const EXPERIMENT_FILES = '**/*.{json,mjs,ts}';

export const builtinRecord = z.object({
  type: z.literal('experiment'),
  name: z.string(),
  description: z.string().catch(''),
  variants: z.array(z.string()).catch([]),
});

export type BuiltinExperiment = z.output<typeof builtinRecord>;

/** Experiment files of the workspace, or of one of its folders, by their paths. Runs have such files too, which are left out. */
export async function workspaceExperiments(folder?: WorkspaceFolder): Promise<ExperimentReference[]> {
  const runs = workspaceFolders().map((folder) => runsFolder(folder) + sep);
  const files = await workspace.findFiles(
    folder === undefined ? EXPERIMENT_FILES : new RelativePattern(folder, EXPERIMENT_FILES),
    '**/{node_modules,.*,dist,build,out,coverage}/**',
    MAX_FILES,
  );
  return files
    .map(({ fsPath }) => fsPath)
    .filter((path) => !runs.some((folder) => path.startsWith(folder)))
    .sort()
    .flatMap((path) => experimentInFile(path) ?? []);
}

/** Built-in experiments. @throws where the command line cannot list them. */
export async function builtinExperiments(cli: CliHost): Promise<BuiltinExperiment[]> {
  const result = await cli.run(['experiment', 'list', '--json']);
  if (result === undefined) throw new Error(l10n.t('The command line kindling was not found.'));
  if (result.code !== 0) throw new Error(failureText(result));
  return readJsonLines(result.stdout, builtinRecord);
}

/** A built-in experiment by its name. */
export const builtinReference = ({ name }: Pick<BuiltinExperiment, 'name'>): ExperimentReference => ({
  reference: name,
  name,
  file: undefined,
});
