// What the page and the worker that runs a program say to each other. Both sides are of one build, so messages are typed and not parsed.

export type OutputLevel = 'log' | 'info' | 'warn' | 'error';

/** A message of the program's console. */
export interface OutputLine {
  readonly level: OutputLevel;
  readonly text: string;
}

/** What went wrong in a program. */
export interface Problem {
  /** `ShapeError: matmul: expected …`. */
  readonly message: string;
  /** From 1, in the text as it is edited; undefined where it is not known. */
  readonly line?: number | undefined;
}

/** What the page sends. */
export type WorkerRequest =
  /** Runs a module, once in a worker's life. */
  | { readonly type: 'run'; readonly code: string }
  /** Classifies a drawing: 28 × 28 values from 0 (paper) to 1 (ink), row by row. */
  | { readonly type: 'drawing'; readonly pixels: Float32Array };

/** What the worker sends. */
export type WorkerMessage =
  /** The packages are loaded. */
  | { readonly type: 'ready'; readonly engine: string }
  | { readonly type: 'output'; readonly lines: readonly OutputLine[]; readonly dropped: number }
  /** A run has begun, or is gone on with; `config` is JSON text. */
  | { readonly type: 'run-begun'; readonly run: string; readonly config: string }
  /** Lines of the log of a run. */
  | { readonly type: 'run-logged'; readonly run: string; readonly text: string }
  /** The program can classify drawings. */
  | { readonly type: 'drawable' }
  /** The scores of the classes, or what went wrong with the drawing. */
  | { readonly type: 'scores'; readonly scores: readonly number[]; readonly problem?: Problem }
  /** The program has come to its end, with a problem or without. */
  | { readonly type: 'ended'; readonly problem?: Problem };
