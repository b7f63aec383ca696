import type { DownloadEvent } from '@kindling/data';
import type { Experiment } from '@kindling/train';
import type { ExitCode } from '../../exit-code.ts';

/** Messages from a sweep to a worker. */
export type ToWorker =
  | {
      readonly type: 'train';
      readonly experiment: Experiment;
      readonly runDir: string;
      /** The device that the command line names. */
      readonly device: string | undefined;
      /** Whether each epoch waits for a verdict. */
      readonly isPruned: boolean;
    }
  /** Answers an epoch: why the trial ends, or null where it goes on. */
  | { readonly type: 'verdict'; readonly reason: string | null }
  /** Ends the trial after a checkpoint. */
  | { readonly type: 'stop'; readonly reason: string };

/** Messages from a worker to its sweep. */
export type FromWorker =
  | { readonly type: 'progress'; readonly step: number; readonly steps: number }
  | { readonly type: 'epoch'; readonly epoch: number; readonly value: number | null }
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'download'; readonly event: DownloadEvent }
  | { readonly type: 'ended'; readonly failure?: TrialFailure };

/** Why a trial failed, and the exit code that stands for it. */
export interface TrialFailure {
  readonly message: string;
  readonly code: ExitCode;
}
