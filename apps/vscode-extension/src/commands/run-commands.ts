import { join } from 'node:path';
import { deleteRun, stopRun } from '@kindling/dashboard/host';
import type { RunRow } from '@kindling/dashboard/protocol';
import { RunFolder } from '@kindling/train/runs';
import { commands, type Disposable, l10n, Uri, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { CurvesPanels } from '../curves/curves-panels.ts';
import { chooseRuns } from '../runs/choose-runs.ts';
import type { WorkspaceRun, WorkspaceRuns } from '../runs/workspace-runs.ts';
import type { Trainer } from '../training/trainer.ts';
import type { RunNode } from '../views/runs-view.ts';
import { pickRun, pickRuns } from './pick.ts';

export interface RunCommandsContext {
  readonly cli: CliHost;
  readonly runs: WorkspaceRuns;
  readonly curves: CurvesPanels;
  readonly trainer: Trainer;
}

/** Shows the folder of a run: in the explorer where it is in the workspace, which works on remote machines too. */
export async function revealRun(run: RunFolder): Promise<void> {
  const uri = Uri.file(run.path);
  const isInside = workspace.getWorkspaceFolder(uri) !== undefined;
  await commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

const folderOf = ({ runs, id }: WorkspaceRun): RunFolder => new RunFolder(join(runs.folder, id));

/** Several nodes that were selected in the view, as far as they are runs. */
const runsIn = (nodes: readonly RunNode[] = []): readonly WorkspaceRun[] =>
  nodes.length > 1 ? nodes.filter((node) => node.kind === 'run') : [];

/** Reports what an action throws, as for a run that has ended meanwhile. */
async function act(run: WorkspaceRun | undefined, action: (run: RunFolder) => unknown): Promise<void> {
  if (run === undefined) return;
  try {
    await action(folderOf(run));
  } catch (error) {
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/** Commands about runs. In the view they receive its nodes, from the palette nothing. */
export function registerRunCommands({ cli, runs, curves, trainer }: RunCommandsContext): Disposable[] {
  const isRunning = ({ state }: RunRow): boolean => state === 'running';
  const isOver = (row: RunRow): boolean => !isRunning(row) && row.state !== 'damaged';

  const stop = async (run?: WorkspaceRun): Promise<void> =>
    act(run ?? (await pickRun(runs, l10n.t('Run to stop'), isRunning)), stopRun);

  const resume = async (run?: WorkspaceRun): Promise<void> =>
    act(run ?? (await pickRun(runs, l10n.t('Run to go on with'), isOver)), (folder) =>
      trainer.resume(folder),
    );

  /** Runs of one folder; of others than that of the first, none. */
  const open = (chosen: readonly WorkspaceRun[]): void => {
    const folder = chosen[0]?.runs;
    const ids = chosen.filter((one) => one.runs === folder).map(({ id }) => id);
    if (folder !== undefined) curves.open(folder, [...new Set(ids)]);
    if (ids.length < chosen.length) {
      void window.showInformationMessage(
        l10n.t('A panel shows the runs of one folder: those of {0}.', folder!.name),
      );
    }
  };

  const openCurves = async (node?: RunNode, selected?: readonly RunNode[]): Promise<void> => {
    const several = runsIn(selected);
    if (several.length > 0) open(several);
    else if (node?.kind === 'run') open([node]);
    else {
      const folder = node?.runs ?? (await chooseRuns(runs));
      if (folder !== undefined) curves.open(folder);
    }
  };

  const compare = async (node?: RunNode, selected?: readonly RunNode[]): Promise<void> => {
    const several = runsIn(selected);
    const chosen = several.length > 0 ? several : await pickRuns(runs, l10n.t('Runs to compare'));
    if (chosen.length > 0) open([...(node?.kind === 'run' ? [node] : []), ...chosen]);
  };

  const reveal = async (run?: WorkspaceRun): Promise<void> =>
    act(run ?? (await pickRun(runs, l10n.t('Run to reveal'))), revealRun);

  const remove = async (run?: WorkspaceRun, selected?: readonly RunNode[]): Promise<void> => {
    const first = run ?? (await pickRun(runs, l10n.t('Run to delete'), (one) => !isRunning(one)));
    if (first === undefined) return;
    const several = runsIn(selected);
    const chosen = several.length > 0 ? several : [first];
    const button = l10n.t('Delete');
    const detail = l10n.t('Its folder is removed with all its files. This cannot be undone.');
    const answer = await window.showWarningMessage(
      l10n.t('Delete {0}?', chosen.map(({ id }) => id).join(', ')),
      { modal: true, detail },
      button,
    );
    if (answer === button) for (const one of chosen) await act(one, deleteRun);
  };

  const exportChart = async (run?: WorkspaceRun): Promise<void> => {
    const chosen = run ?? (await pickRun(runs, l10n.t('Run whose chart is exported')));
    if (chosen === undefined) return;
    const { path, name } = folderOf(chosen);
    const target = await window.showSaveDialog({
      defaultUri: Uri.file(join(chosen.runs.workspaceFolder.uri.fsPath, `${name}.svg`)),
      filters: { SVG: ['svg'], PNG: ['png'], CSV: ['csv'] },
    });
    if (target === undefined) return;
    const args = target.fsPath.toLowerCase().endsWith('.csv')
      ? ['runs', 'export', path, '--format', 'csv', '-o', target.fsPath]
      : ['plot', path, '-o', target.fsPath];
    if ((await cli.runShown(args, l10n.t('Exporting {0}', name))) === undefined) return;
    const show = l10n.t('Open');
    const answer = await window.showInformationMessage(l10n.t('Wrote {0}', target.fsPath), show);
    if (answer === show) await commands.executeCommand('vscode.open', target);
  };

  const predict = async (run?: WorkspaceRun): Promise<void> => {
    const chosen =
      run ?? (await pickRun(runs, l10n.t('Run that predicts'), (one) => one.state !== 'damaged'));
    if (chosen === undefined) return;
    const input = await predictInput();
    if (input === undefined) return;
    const { path, name } = folderOf(chosen);
    await cli.print(['predict', path, ...input], l10n.t('Predict with {0}', name));
  };

  return [
    commands.registerCommand('kindling.stop', stop),
    commands.registerCommand('kindling.resume', resume),
    commands.registerCommand('kindling.openCurves', openCurves),
    commands.registerCommand('kindling.compareRuns', compare),
    commands.registerCommand('kindling.revealRun', reveal),
    commands.registerCommand('kindling.deleteRun', remove),
    commands.registerCommand('kindling.exportChart', exportChart),
    commands.registerCommand('kindling.predict', predict),
  ];
}

/** Asks for what to predict for: arguments of `kindling predict`. */
async function predictInput(): Promise<readonly string[] | undefined> {
  const row = l10n.t('Numbers…');
  const file = l10n.t('CSV file or image…');
  const index = l10n.t('Sample of the test data…');
  const kind = await window.showQuickPick([row, file, index], { placeHolder: l10n.t('Input') });
  if (kind === file) {
    const [chosen] = (await window.showOpenDialog({ canSelectMany: false })) ?? [];
    return chosen && [chosen.fsPath];
  }
  if (kind === row) {
    const text = await window.showInputBox({
      prompt: l10n.t('Input values, separated by commas'),
      placeHolder: '0, 1',
    });
    return text === undefined ? undefined : [`--row=${text.replaceAll(/\s+/g, '')}`];
  }
  if (kind !== index) return undefined;
  const text = await window.showInputBox({
    prompt: l10n.t('Index of the sample, from 0'),
    value: '0',
    validateInput: (value) =>
      /^\d+$/.test(value.trim()) ? undefined : l10n.t('Expected a whole number from 0'),
  });
  return text === undefined ? undefined : [`--index=${text.trim()}`];
}
