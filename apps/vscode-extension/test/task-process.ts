import { type ChildProcess, spawn } from 'node:child_process';
import { fake, type Task } from './fake/vscode.ts';

/** Starts the process of a task, as the editor does; its end is that of the task. A process that a signal has ended has the code 0. */
export function startTask(task: Task): ChildProcess {
  const { process: program, args, options } = task.execution;
  const { cwd, env } = options as { readonly cwd: string; readonly env: Record<string, string> };
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
  child.on('exit', (code) => endTask(task, code ?? 0));
  return child;
}

/** Ends a task that was started. */
export function endTask(task: Task, exitCode: number | undefined): void {
  const execution = fake.executions.find((one) => one.task === task)!;
  fake.taskEnded.fire({ execution, exitCode });
}
