import type { ChartOption } from '../option.ts';

/** The title part of an option; notes stand under the title, a line each. */
export function titleOf(title: string | undefined, notes: readonly string[]): Pick<ChartOption, 'title'> {
  if (title === undefined && notes.length === 0) return {};
  return { title: { text: title ?? '', ...(notes.length > 0 ? { subtext: notes.join('\n') } : {}) } };
}
