import type { Messages } from '../../messages/messages.ts';

/** `Confusion matrix, validation, step 200`: what a sample is, what it was logged as, and when. */
export function sampleTitle(t: Messages, what: string, name: string, step: number): string {
  const parts = name.split(', ').map((part) => (t.splits as Readonly<Record<string, string>>)[part] ?? part);
  return [what, ...parts, t.run.step(step)].filter(Boolean).join(', ');
}
