import { type Disposable, type Task, type TaskExecution, tasks } from 'vscode';

/** Tasks that were started here, and how their processes end. */
export class TaskEnds implements Disposable {
  readonly #ends = new Map<TaskExecution, (exitCode: number | undefined) => void>();
  readonly #subscriptions: readonly Disposable[] = [
    tasks.onDidEndTaskProcess(({ execution, exitCode }) => this.#end(execution, exitCode)),
    // A task whose process was not started ends without one.
    tasks.onDidEndTask(({ execution }) => this.#end(execution, undefined)),
  ];

  /** Starts a task; `ended` resolves with the exit code of its process. */
  async start(task: Task): Promise<{ readonly ended: Promise<number | undefined> }> {
    const execution = await tasks.executeTask(task);
    return { ended: new Promise((resolve) => this.#ends.set(execution, resolve)) };
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  #end(execution: TaskExecution, exitCode: number | undefined): void {
    this.#ends.get(execution)?.(exitCode);
    this.#ends.delete(execution);
  }
}
