import { deleteRun, stopRun } from '@kindling/dashboard/host';
import { commands, type ExtensionContext } from 'vscode';
import { CliHost } from './cli/cli-host.ts';
import { registerExperimentCommands } from './commands/experiment-commands.ts';
import { registerRunCommands, revealRun } from './commands/run-commands.ts';
import { registerToolCommands } from './commands/tool-commands.ts';
import { CurvesPanels } from './curves/curves-panels.ts';
import { ExperimentChecks } from './editing/experiment-checks.ts';
import { ExperimentLenses } from './editing/experiment-lenses.ts';
import { LiveRuns } from './runs/live-runs.ts';
import { StatusItem } from './training/status-item.ts';
import { TrainTasks } from './training/train-tasks.ts';
import { Trainer } from './training/trainer.ts';
import { DevicesView } from './views/devices-view.ts';
import { ExperimentsView } from './views/experiments-view.ts';
import { RunsView } from './views/runs-view.ts';

/** Only registers: files are read and processes started when something asks for them. */
export function activate(context: ExtensionContext): void {
  const cli = new CliHost();
  const runs = new LiveRuns({
    canAnnotate: true,
    actions: { stop: stopRun, resume: (run) => trainer.resume(run), delete: deleteRun, reveal: revealRun },
  });
  const curves = new CurvesPanels(context, runs);
  const trainer = new Trainer(cli, runs, curves);
  const experiments = new ExperimentsView(cli);
  const devices = new DevicesView(cli);
  context.subscriptions.push(
    cli,
    runs,
    curves,
    trainer,
    experiments,
    devices,
    new RunsView(runs),
    new StatusItem(runs),
    new TrainTasks(cli),
    new ExperimentChecks(cli),
    new ExperimentLenses(runs),
    ...registerRunCommands({ cli, runs, curves, trainer }),
    ...registerExperimentCommands(cli, trainer),
    ...registerToolCommands(cli),
    commands.registerCommand('kindling.refreshExperiments', () => experiments.refresh()),
    commands.registerCommand('kindling.refreshDevices', () => devices.refresh()),
  );
}
