import { commands, l10n, window } from 'vscode';
import type { LiveRuns } from './live-runs.ts';
import type { WorkspaceRuns } from './workspace-runs.ts';

/**
 * The runs of the folder that a file is in; without a file, those of the folder that is chosen where there are several. Undefined
 * without a folder, which is said, or without a choice.
 */
export async function chooseRuns(all: WorkspaceRuns, file?: string): Promise<LiveRuns | undefined> {
  const { folders } = all;
  if (folders.length === 0) {
    const open = l10n.t('Open Folder');
    const answer = await window.showErrorMessage(l10n.t('Open a folder first: runs are kept in it.'), open);
    if (answer === open) void commands.executeCommand('vscode.openFolder');
    return undefined;
  }
  if (file !== undefined || folders.length === 1) return all.of(file ?? '');
  const items = folders.map((runs) => ({ label: runs.name, description: runs.folder, runs }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Folder of the runs') }))?.runs;
}
