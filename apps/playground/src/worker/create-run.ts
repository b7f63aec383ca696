import { formatEvent, type RunEvent } from '@kindling/train/events';
import type { WorkerMessage } from '../protocol.ts';

type Post = (message: WorkerMessage) => void;
let post: Post = () => {};

/** Where runs are logged to. */
export function logRunsTo(target: Post): void {
  post = target;
}

const MAX_WAITING = 2 ** 15;
const WAIT_MS = 50;

class Run {
  readonly name: string;
  #waiting = '';
  #sent = performance.now();
  #step = 0;
  #epoch = 0;

  constructor(name: string, config: unknown) {
    this.name = name;
    post({ type: 'run-begun', run: name, config: JSON.stringify(config) });
    this.#emit({ type: 'run-started', run: name, config, time: Date.now() });
    this.#flush();
  }

  get step(): number {
    return this.#step;
  }

  log(step: number, { loss, lr, epoch = this.#epoch, ...metrics }: Readonly<Record<string, number>>): void {
    this.#step = Math.max(this.#step, step + 1);
    this.#emit({
      type: 'step',
      step,
      epoch,
      ...(loss === undefined ? {} : { loss }),
      ...(lr === undefined ? {} : { lr }),
      metrics,
      time: Date.now(),
    });
  }

  logEpoch(epoch: number, groups: Readonly<Record<string, Readonly<Record<string, number>>>>): void {
    this.#emit({
      type: 'epoch',
      epoch,
      step: this.#step,
      ...groups,
      seconds: 0,
      time: Date.now(),
    } as RunEvent);
    this.#epoch = epoch + 1;
  }

  logPredictions(step: number, sample: object): void {
    this.#emit({
      type: 'sample',
      kind: 'predictions',
      epoch: this.#epoch,
      step,
      time: Date.now(),
      ...sample,
    } as RunEvent);
  }

  logGradientNorms(step: number, norms: Readonly<Record<string, number>>): void {
    this.#emit({
      type: 'sample',
      kind: 'gradientNorms',
      epoch: this.#epoch,
      step,
      time: Date.now(),
      parameters: Object.keys(norms),
      norms: Object.values(norms),
    });
  }

  finish(): void {
    this.#emit({
      type: 'run-finished',
      status: 'completed',
      step: this.#step,
      epoch: this.#epoch,
      metrics: {},
      seconds: 0,
      time: Date.now(),
    } as unknown as RunEvent);
    this.#flush();
  }

  #emit(event: RunEvent): void {
    this.#waiting += `${formatEvent(event)}\n`;
    if (this.#waiting.length > MAX_WAITING || performance.now() - this.#sent > WAIT_MS) this.#flush();
  }

  #flush(): void {
    this.#sent = performance.now();
    post({ type: 'run-logged', run: this.name, text: this.#waiting });
    this.#waiting = '';
  }
}

export async function createRun({ name, config = {} }: { name: string; config?: unknown }): Promise<Run> {
  return new Run(name, config);
}
