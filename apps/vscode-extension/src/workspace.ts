import { resolve } from 'node:path';
import { Uri, type WorkspaceFolder, workspace } from 'vscode';

/** Folders of the workspace that are on a disk. */
export const workspaceFolders = (): readonly WorkspaceFolder[] =>
  (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');

/** Their paths, that of the given one first. */
export function workspacePaths(first?: WorkspaceFolder): readonly string[] {
  const paths = workspaceFolders().map(({ uri }) => uri.fsPath);
  return first === undefined ? paths : [...new Set([first.uri.fsPath, ...paths])];
}

/** The folder of the workspace that a file is in, else the first one; undefined without a folder. */
export const workspaceFolderOf = (path: string): WorkspaceFolder | undefined =>
  workspace.getWorkspaceFolder(Uri.file(path)) ?? workspaceFolders()[0];

/** The folder of runs of a folder of the workspace: `kindling.runsDirectory`, relative to it. */
export function runsFolder({ uri }: WorkspaceFolder): string {
  return resolve(
    uri.fsPath,
    workspace.getConfiguration('kindling', uri).get('runsDirectory', 'runs') || 'runs',
  );
}
