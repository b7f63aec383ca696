import { deleteRun, stopRun } from '@kindling/dashboard/host';
import { commands, type ExtensionContext } from 'vscode';
import { CliHost } from './cli/cli-host.ts';
import { registerExperimentCommands } from './commands/experiment-commands.ts';
import { registerRunCommands, revealRun } from './commands/run-commands.ts';
import { registerScriptCommands } from './commands/script-commands.ts';
import { registerToolCommands } from './commands/tool-commands.ts';
import { CurvesPanels } from './curves/curves-panels.ts';
import { ExperimentChecks } from './editing/experiment-checks.ts';
import { ExperimentLenses } from './editing/experiment-lenses.ts';
import { WorkspaceRuns } from './runs/workspace-runs.ts';
import { ScriptLenses } from './scripts/script-lenses.ts';
import { ScriptRunner } from './scripts/script-runner.ts';
import { KindlingTasks } from './tasks/kindling-tasks.ts';
import { TaskEnds } from './tasks/task-ends.ts';
import { StatusItem } from './training/status-item.ts';
import { Trainer } from './training/trainer.ts';
import { DevicesView } from './views/devices-view.ts';
import { ExperimentsView } from './views/experiments-view.ts';
import { RunsView } from './views/runs-view.ts';

/** Only registers: files are read and processes started when something asks for them. */
export function activate(context: ExtensionContext): void {
  const { version } = context.extension.packageJSON as { readonly version: string };
  const tasks = new TaskEnds();
  const cli = new CliHost(version, tasks);
  const runs = new WorkspaceRuns({
    canAnnotate: true,
    actions: { stop: stopRun, resume: (run) => trainer.resume(run), delete: deleteRun, reveal: revealRun },
    report: (problem) => cli.log.warn(`curves: ${problem}`),
  });
  const curves = new CurvesPanels(context, runs, (problem) => cli.log.warn(`curves: ${problem}`));
  const trainer = new Trainer({ cli, runs, curves, tasks });
  const experiments = new ExperimentsView(cli);
  const devices = new DevicesView(cli);
  const runsView = new RunsView(runs);
  context.subscriptions.push(
    tasks,
    cli,
    runs,
    curves,
    trainer,
    experiments,
    devices,
    runsView,
    new StatusItem(runs),
    new KindlingTasks(cli),
    new ExperimentChecks(cli),
    new ExperimentLenses(runs),
    new ScriptLenses(),
    ...registerRunCommands({ cli, runs, curves, trainer }),
    ...registerExperimentCommands(cli, trainer),
    ...registerScriptCommands(new ScriptRunner({ runs, curves, tasks })),
    ...registerToolCommands(cli),
    commands.registerCommand('kindling.showOlderRuns', (node) => runsView.showOlder(node)),
    commands.registerCommand('kindling.refreshExperiments', () => experiments.refresh()),
    commands.registerCommand('kindling.refreshDevices', () => devices.refresh()),
  );
}
