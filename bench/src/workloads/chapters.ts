import type { ChapterName, Feed } from '../task.ts';
import type { StepWorkload } from '../workload.ts';
import { digits } from './programs.ts';

const chapter = (program: ChapterName, batch: number, unit: StepWorkload['unit']): StepWorkload => ({
  name: program,
  group: 'chapters',
  measure: 'steps',
  unit,
  step: { kind: 'chapter', program, feed: 'fixed', batch },
});

/** Steps of the built-in programs of convolution, adversaries, recurrence and attention. Those of texts and series take all rows. */
export const chapters: readonly StepWorkload[] = [
  chapter('mnist-lenet', 128, 'ms/step'),
  chapter('mnist-cnn', 100, 'ms/step'),
  chapter('mnist-resnet', 64, 'ms/step'),
  chapter('gan-mnist', 1, 'ms/step'),
  chapter('hihello', 1, 'µs/step'),
  chapter('sentence', 170, 'ms/step'),
  chapter('lstm', 200, 'ms/step'),
  chapter('gru', 200, 'ms/step'),
  chapter('attention', 64, 'ms/step'),
];

const epoch = (name: string, feed: Feed, batch = 128): StepWorkload => ({
  name,
  group: 'epochs',
  measure: 'steps',
  unit: 's/epoch',
  step: { kind: 'chapter', program: 'mnist-lenet', feed, batch },
  stepsPerUnit: Math.ceil(digits / batch),
});

/** Whole epochs, as those of `programs.ts`. */
export const chapterEpochs: readonly StepWorkload[] = [
  epoch('mnist-lenet-epoch', 'loader'),
  epoch('mnist-lenet-epoch-gather', 'gather'),
];

const [batch, channels, size, kernel] = [64, 64, 14, 3];
const flops = 2 * batch * channels * size ** 2 * channels * kernel ** 2;

const convolution = (name: string, pass: 'forward' | 'backward', threads: number): StepWorkload => ({
  name: `${name}-${threads}t`,
  group: 'convolution',
  measure: 'steps',
  unit: 'GFLOP/s',
  threads,
  step: { kind: 'convolution', pass, batch, channels, size, kernel },
  work: pass === 'forward' ? flops : 2 * flops,
  limit: `fma-${threads}t`,
});

/** A convolution alone, and its two gradients; the zeros around an image count as numbers like others. */
export const convolutions: readonly StepWorkload[] = [1, 2].flatMap((threads) => [
  convolution('conv-3x3', 'forward', threads),
  convolution('conv-3x3-backward', 'backward', threads),
]);
