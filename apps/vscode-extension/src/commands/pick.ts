import type { RunRow } from '@kindling/dashboard/protocol';
import { l10n, type QuickPickItem, window, workspace } from 'vscode';
import type { CliHost } from '../cli/cli-host.ts';
import type { LiveRuns } from '../runs/live-runs.ts';
import type { ExperimentReference } from '../training/experiment-reference.ts';
import { builtinExperiments, builtinReference, workspaceExperiments } from '../training/experiments.ts';
import { runItem } from '../views/run-item.ts';

interface RunChoice extends QuickPickItem {
  readonly row: RunRow;
}

function choices(runs: LiveRuns, isWanted: (row: RunRow) => boolean): RunChoice[] {
  return runs.list.rows.filter(isWanted).map((row) => {
    const { label, description } = runItem(row);
    return { label, description, row };
  });
}

/** Asks for a run. Undefined where there is none, which is said, or none was chosen. */
export async function pickRun(
  runs: LiveRuns,
  placeHolder: string,
  isWanted: (row: RunRow) => boolean = () => true,
): Promise<RunRow | undefined> {
  await runs.ready();
  const items = choices(runs, isWanted);
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('There is no such run yet.'));
    return undefined;
  }
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.row;
}

/** Asks for several runs. */
export async function pickRuns(runs: LiveRuns, placeHolder: string): Promise<readonly RunRow[]> {
  await runs.ready();
  const chosen = await window.showQuickPick(
    choices(runs, () => true),
    { placeHolder, canPickMany: true, matchOnDescription: true },
  );
  return (chosen ?? []).map(({ row }) => row);
}

/** Asks for an experiment, of the workspace or a built-in one. */
export async function pickExperiment(
  cli: CliHost,
  placeHolder: string,
): Promise<ExperimentReference | undefined> {
  if (cli.require() === undefined) return undefined;
  const files = workspaceExperiments();
  const builtins = builtinExperiments(cli).catch((error: unknown) => {
    cli.log.error(`experiment list: ${String(error)}`);
    return [];
  });
  const items = Promise.all([files, builtins]).then(([inWorkspace, builtIn]) => [
    ...inWorkspace.map((experiment) => ({
      label: experiment.name,
      description: workspace.asRelativePath(experiment.reference),
      experiment,
    })),
    ...builtIn.map((builtin) => ({
      label: builtin.name,
      description: l10n.t('built-in'),
      detail: builtin.description,
      experiment: builtinReference(builtin),
    })),
  ]);
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.experiment;
}
