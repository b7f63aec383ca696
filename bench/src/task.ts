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

/**
 * The first numbers of a file as an array, in row-major order and the machine's byte order. Its values are the stored ones over
 * `divisor`.
 */
export interface ArrayFile {
  readonly path: string;
  readonly type: 'float32' | 'uint8';
  readonly shape: readonly number[];
  readonly divisor: number;
}

/** Steps of training: forward, loss, backward, update. Work is counted in steps. */
interface Steps {
  readonly loss: Loss;
  readonly feed: Feed;
  readonly batch: number;
  /** [rows, …] */
  readonly input: ArrayFile;
  /** Class numbers [rows], or [rows, positions] of sequences, for cross-entropy, else [rows, outputs]. */
  readonly target: ArrayFile;
}

/** Of a network of layers. */
export interface TrainingTask extends Steps {
  readonly kind: 'training';
  readonly layers: readonly Layer[];
  readonly optimizer: OptimizerSettings;
  /** Processes that peers made of several share a batch by; others train alone. Left out, such peers have no part. */
  readonly processes?: number;
}

export const chapterNames = [
  'mnist-lenet',
  'mnist-cnn',
  'mnist-resnet',
  'gan-mnist',
  'hihello',
  'sentence',
  'lstm',
  'gru',
  'attention',
] as const;
/** A built-in experiment: convolution, adversaries, recurrence, attention. */
export type ChapterName = (typeof chapterNames)[number];

/** Of the program of a built-in experiment, from its first weights; of an adversarial pair the loss is the generator's. */
export interface ChapterTask extends Steps {
  readonly kind: 'chapter';
  readonly program: ChapterName;
  readonly optimizer: {
    readonly type: 'adam' | 'adamW';
    readonly lr: number;
    readonly weightDecay: number;
  };
  /** First values by PyTorch's names. */
  readonly parameters: Readonly<Record<string, ArrayFile>>;
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

/**
 * A convolution of [batch, channels, size, size] with as many kernels, which keeps the size: its result, or both of its gradients.
 */
export interface ConvolutionTask {
  readonly kind: 'convolution';
  readonly pass: 'forward' | 'backward';
  readonly batch: number;
  readonly channels: number;
  readonly size: number;
  /** Height and width of a kernel, odd. */
  readonly kernel: number;
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
export type Task =
  | TrainingTask
  | ChapterTask
  | ProductTask
  | ConvolutionTask
  | PointwiseTask
  | SoftmaxTask
  | LimitTask
  | LogTask
  | ReadTask;
