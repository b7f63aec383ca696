/** A layer by its name and sizes; peers in other languages read the same arrays. */
export type Layer =
  | readonly ['linear', inputs: number, outputs: number]
  | readonly ['layerNorm', size: number]
  | readonly ['leakyRelu', negativeSlope: number]
  | readonly ['relu']
  | readonly ['sigmoid']
  | readonly ['tanh'];

export type Loss = 'mse' | 'bce' | 'crossEntropy';

export interface OptimizerSettings {
  readonly type: 'sgd' | 'adam';
  readonly lr: number;
}

/**
 * How the samples come.
 *
 * - `fixed`: the same batch at each step, the first rows of the data.
 * - `rows`: one row a step, without a batch axis, in the order of the file.
 * - `loader`: shuffled batches from the peer's own data loader; each loss is read, as for an epoch's mean.
 * - `gather`: shuffled batches gathered by index from tensors in memory, without a loader; each loss is read.
 */
export type Feed = 'fixed' | 'rows' | 'loader' | 'gather';

/** An array in a file, in row-major order and the machine's byte order. Its values are the stored ones over `divisor`. */
export interface ArrayFile {
  readonly path: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly number[];
  readonly divisor: number;
}

/** Steps of training: forward, loss, backward, update. Work is counted in steps. */
export interface TrainingTask {
  readonly kind: 'training';
  readonly layers: readonly Layer[];
  readonly loss: Loss;
  readonly optimizer: OptimizerSettings;
  readonly feed: Feed;
  readonly batch: number;
  /** Processes that peers made of several share a batch by; others train alone. Left out, such peers have no part. */
  readonly processes?: number;
  /** [rows, inputs] */
  readonly input: ArrayFile;
  /** Class numbers [rows] for cross-entropy, else [rows, outputs]. */
  readonly target: ArrayFile;
}

/** [m, k] · [k, n]; a transposed operand lies in memory as [k, m] or [n, k]. */
export interface ProductTask {
  readonly kind: 'product';
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

export type PointwiseOp = 'add' | 'relu' | 'exp' | 'tanh' | 'sigmoid';

/** An elementwise function of `size` values. */
export interface PointwiseTask {
  readonly kind: 'pointwise';
  readonly op: PointwiseOp;
  readonly size: number;
}

/** A softmax over each row. */
export interface SoftmaxTask {
  readonly kind: 'softmax';
  readonly rows: number;
  readonly columns: number;
}

/** What the machine itself can do: a step is 2²³ fused multiply-adds of floats on each thread, or a copy of 64 MiB by all. */
export interface LimitTask {
  readonly kind: 'limit';
  readonly limit: 'fma' | 'copy';
  readonly threads: number;
}

/** A call of `log` of a run, with so many values. */
export interface LogTask {
  readonly kind: 'log';
  readonly values: number;
}

/** Reading the log of a run with so many steps, as columns. */
export interface ReadTask {
  readonly kind: 'read';
  readonly steps: number;
}

/** What a peer is asked to do again and again. */
export type Task = TrainingTask | ProductTask | PointwiseTask | SoftmaxTask | LimitTask | LogTask | ReadTask;
