import { buildTraining, type Experiment, loadExperiment, type Training } from '@kindling/train';
import type { ChapterName } from '../task.ts';

/** Whether the samples of a program are those of MNIST. */
export const hasDigits = (program: ChapterName): boolean => program.includes('mnist');

/**
 * A built-in experiment, set up. A few drawn digits stand for those of MNIST, whose samples take their place: they have the same
 * shape, so the model and its first weights are the experiment's own.
 *
 * @param compile whether its trainer records steps.
 */
export async function chapterTraining(
  program: ChapterName,
  compile = true,
): Promise<{ readonly experiment: Experiment; readonly training: Training }> {
  const set = hasDigits(program) ? ['data.source=digits', 'data.train=128', 'data.test=1'] : [];
  const experiment = await loadExperiment(program, { set });
  return { experiment, training: await buildTraining(experiment, { compile }) };
}
