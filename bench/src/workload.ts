import type { DataName } from './data/sources.ts';
import type { Family } from './families.ts';
import type { ChapterTask, Task, TrainingTask } from './task.ts';
import type { Unit } from './unit.ts';

/** Training on a dataset by its name; files of numbers take its place when it is run. */
export type Training = Omit<TrainingTask, 'input' | 'target'> & { readonly data: DataName };

/** Training by a built-in program; the rest is in its experiment. */
export type Chapter = Pick<ChapterTask, 'kind' | 'program' | 'feed' | 'batch'>;

export type Step = Training | Chapter | Exclude<Task, TrainingTask | ChapterTask>;

interface Common {
  /** What the table calls it, and what `--only` takes. */
  readonly name: string;
  /** Name of its part of the table; `--only` takes that, too. */
  readonly group: string;
  readonly unit: Unit;
  /** Only implementations with this number of threads take part. Default: all. */
  readonly threads?: number;
}

/** Steps in a process that is warm. */
export interface StepWorkload extends Common {
  readonly measure: 'steps';
  readonly step: Step;
  /** Steps that are measured as one: those of an epoch. Default 1. */
  readonly stepsPerUnit?: number;
  /** What a step does, for units of work in time: floating-point operations, bytes. Default 1. */
  readonly work?: number;
  /** Families that take no part, though they could: what would compile for long. */
  readonly without?: readonly Family[];
  /** Rows of a step; where they are given, the table has its time for each row, and its work in time, too. */
  readonly rows?: number;
  /** Name of the workload that measures the machine's limit for it. */
  readonly limit?: string;
}

/** What a fresh process, or a page, needs until it has done something. */
export interface LaunchWorkload extends Common {
  readonly measure: 'import' | 'first-step' | 'peak-memory' | 'download';
  /** Without it, the process only imports the library. */
  readonly step?: Step;
  /** Default 1. */
  readonly steps?: number;
}

/** Commands from their start to their end, by the column they stand in, each in an empty folder. */
export interface CommandWorkload extends Common {
  readonly measure: 'command';
  readonly commands: Readonly<Partial<Record<Family, readonly [command: string, ...args: string[]]>>>;
  /** Folder of `KINDLING_DATA_DIR` that they read; without it they are left out. */
  readonly dataFolder?: string;
}

/** Sizes of files, zipped, by the column they stand in. */
export interface SizeWorkload extends Common {
  readonly measure: 'size';
  readonly files: Readonly<Partial<Record<Family, string>>>;
}

export type Workload = StepWorkload | LaunchWorkload | CommandWorkload | SizeWorkload;
