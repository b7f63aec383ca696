import { parse, sep } from 'node:path';
import { findCreateRun } from './find-create-run.ts';

/** Experiments are short; what is longer is something else. */
export const MAX_EXPERIMENT = 2 ** 18;

const keys = ['"data"', '"model"', '"loss"', '"optimizer"', '"epochs"'];

/** Whether a JSON text looks like an experiment, however broken it is: it names most of what an experiment has. */
export function looksLikeExperiment(text: string): boolean {
  if (text.length > MAX_EXPERIMENT || !/^\s*\{/.test(text)) return false;
  return (
    /"\$schema"\s*:\s*"[^"]*experiment\.schema\.json"/.test(text) ||
    keys.filter((key) => text.includes(key)).length >= 3
  );
}

/** Whether the text of a module looks like an experiment, as `kindling init` writes it. */
export const looksLikeExperimentModule = (text: string): boolean =>
  text.length <= MAX_EXPERIMENT &&
  /export default/.test(text) &&
  /\bExperimentInput\b|@kindling\/train/.test(text) &&
  findCreateRun(text) === undefined;

/** Whether an experiment is a program, which an untrusted workspace must not start. */
export const isModule = (reference: string): boolean => /\.[cm]?[jt]s$/.test(reference);

/** Whether a file is an experiment: by its name, as `a.experiment.json`, or by its text. */
export function isExperiment(path: string, text: string): boolean {
  if (isModule(path)) return looksLikeExperimentModule(text);
  return looksLikeExperiment(text) || (/\.experiment\.jsonc?$/.test(path) && text.length <= MAX_EXPERIMENT);
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The name of an experiment, after which its runs are called: what the text says, else what its file is called. */
export function experimentName(path: string, text: string): string {
  const named = nameIn(text);
  if (named !== undefined && namePattern.test(named)) return named;
  const file = path
    .split(sep)
    .at(-1)!
    .replace(/\.experiment(?=\.\w+$)/, '');
  const stem = parse(file).name.replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  return (/^[A-Za-z0-9]/.test(stem) ? stem : `run-${stem}`).slice(0, 100);
}

/** The name that a text gives; of a module, or of JSON that is being typed, the first. */
function nameIn(text: string): string | undefined {
  try {
    const { name } = JSON.parse(text) as { readonly name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return /"?\bname"?\s*:\s*["']([^"']*)["']/.exec(text)?.[1];
  }
}
