import { checkExperiment } from '@kindling/train';
import { plural } from '@kindling/train/internal/console';
import { type ExitCode, exitCodes } from '../../exit-code.ts';
import { problemRecord, problemText } from '../../report/experiment-problem.ts';
import { experimentReference } from '../../standard-input.ts';
import type { Output } from '../../terminal/output.ts';

export interface CheckOptions {
  readonly variant?: string;
  readonly set?: readonly string[];
}

/** `kindling experiment check`: prints every problem; exit code 2 where there are any. */
export async function experimentCheck(
  files: readonly string[],
  { variant, set }: CheckOptions,
  output: Output,
): Promise<ExitCode> {
  let count = 0;
  for (const file of files) {
    const { reference, text } = await experimentReference(file);
    const { problems, experiment, variants } = await checkExperiment(reference, { variant, set, text });
    count += problems.length;
    for (const problem of problems) {
      output.emit(problemRecord(problem, reference));
      output.print(problemText(problem));
    }
    const name = experiment?.name ?? null;
    output.emit({ type: 'checked', file: reference, name, variants, problems: problems.length });
    const found = problems.length === 0 ? 'no problems' : plural(problems.length, 'problem');
    const checked = variants.length === 0 ? '' : `, ${plural(variants.length, 'variant')} checked`;
    output.note(`${reference}: ${found}${checked}`);
  }
  return count === 0 ? exitCodes.done : exitCodes.usage;
}
