import { join } from 'node:path';
import { deleteRun, stopRun } from '@kindling/dashboard/host';
import type { RunRow } from '@kindling/dashboard/protocol';
import { RunFolder } from '@kindling/train/runs';
import { commands, type Disposable, l10n, Uri, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { CurvesPanels } from '../curves/curves-panels.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { Trainer } from '../training/trainer.ts';
import { pickRun, pickRuns } from './pick.ts';

export interface RunCommandsContext {
  readonly cli: CliHost;
  readonly runs: LiveRuns;
  readonly curves: CurvesPanels;
  readonly trainer: Trainer;
}

/** Shows the folder of a run: in the explorer where it is in the workspace, which works on remote machines too. */
export async function revealRun(run: RunFolder): Promise<void> {
  const uri = Uri.file(run.path);
  const isInside = workspace.getWorkspaceFolder(uri) !== undefined;
  await commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

/** Commands about runs. In the view they receive its rows, from the palette nothing. */
export function registerRunCommands({ cli, runs, curves, trainer }: RunCommandsContext): Disposable[] {
  const folderOf = ({ id }: RunRow): RunFolder => new RunFolder(join(runs.folder ?? '', id));
  /** Reports what an action throws, as for a run that has ended meanwhile. */
  const act = async (row: RunRow | undefined, action: (run: RunFolder) => unknown): Promise<void> => {
    if (row === undefined) return;
    try {
      await action(folderOf(row));
    } catch (error) {
      void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
  const isRunning = ({ state }: RunRow): boolean => state === 'running';
  const isOver = (row: RunRow): boolean => !isRunning(row) && row.state !== 'damaged';

  const stop = async (row?: RunRow): Promise<void> =>
    act(row ?? (await pickRun(runs, l10n.t('Run to stop'), isRunning)), stopRun);

  const resume = async (row?: RunRow): Promise<void> =>
    act(row ?? (await pickRun(runs, l10n.t('Run to go on with'), isOver)), (run) => trainer.resume(run));

  const openCurves = (row?: RunRow, selected?: readonly RunRow[]): void => {
    const rows = selected !== undefined && selected.length > 1 ? selected : row === undefined ? [] : [row];
    curves.open(rows.map(({ id }) => id));
  };

  const compare = async (row?: RunRow, selected?: readonly RunRow[]): Promise<void> => {
    const several = selected !== undefined && selected.length > 1;
    const rows = several ? selected : await pickRuns(runs, l10n.t('Runs to compare'));
    const ids = new Set([...(row === undefined ? [] : [row]), ...rows].map(({ id }) => id));
    if (rows.length > 0) curves.open([...ids]);
  };

  const reveal = async (row?: RunRow): Promise<void> =>
    act(row ?? (await pickRun(runs, l10n.t('Run to reveal'))), revealRun);

  const remove = async (row?: RunRow, selected?: readonly RunRow[]): Promise<void> => {
    const first = row ?? (await pickRun(runs, l10n.t('Run to delete'), (one) => !isRunning(one)));
    if (first === undefined) return;
    const rows = selected !== undefined && selected.length > 1 ? selected : [first];
    const names = rows.map(({ id }) => id).join(', ');
    const button = l10n.t('Delete');
    const detail = l10n.t('Its folder is removed with all its files. This cannot be undone.');
    const answer = await window.showWarningMessage(
      l10n.t('Delete {0}?', names),
      { modal: true, detail },
      button,
    );
    if (answer === button) for (const one of rows) await act(one, deleteRun);
  };

  const exportChart = async (row?: RunRow): Promise<void> => {
    const chosen = row ?? (await pickRun(runs, l10n.t('Run whose chart is exported')));
    if (chosen === undefined) return;
    const target = await window.showSaveDialog({
      defaultUri: Uri.file(join(cli.folder, `${chosen.name}.svg`)),
      filters: { SVG: ['svg'], PNG: ['png'], CSV: ['csv'] },
    });
    if (target === undefined) return;
    const { path } = folderOf(chosen);
    const args = target.fsPath.toLowerCase().endsWith('.csv')
      ? ['runs', 'export', path, '--format', 'csv', '-o', target.fsPath]
      : ['plot', path, '-o', target.fsPath];
    if ((await cli.runShown(args, l10n.t('Exporting {0}', chosen.name))) === undefined) return;
    const open = l10n.t('Open');
    const answer = await window.showInformationMessage(l10n.t('Wrote {0}', target.fsPath), open);
    if (answer === open) await commands.executeCommand('vscode.open', target);
  };

  const predict = async (row?: RunRow): Promise<void> => {
    const chosen =
      row ?? (await pickRun(runs, l10n.t('Run that predicts'), (one) => one.state !== 'damaged'));
    if (chosen === undefined) return;
    const input = await predictInput();
    if (input === undefined) return;
    await cli.print(['predict', folderOf(chosen).path, ...input], l10n.t('Predict with {0}', chosen.name));
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
