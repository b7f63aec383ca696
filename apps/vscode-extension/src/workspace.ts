import { resolve } from 'node:path';
import { workspace } from 'vscode';

/** Folders of the workspace that are on a disk. */
export const workspaceFolders = (): readonly string[] =>
  (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);

/** The folder of runs: `kindling.runsDirectory`, relative to the first folder of the workspace; undefined without a folder. */
export function runsFolder(): string | undefined {
  const [folder] = workspaceFolders();
  if (folder === undefined) return undefined;
  return resolve(folder, workspace.getConfiguration('kindling').get('runsDirectory', 'runs') || 'runs');
}
