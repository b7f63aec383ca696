import type { Output } from '../terminal/output.ts';

/** How `--progress` shows a training: a chart with a bar, the bar alone, lines, or nothing. */
export const progressViews = ['chart', 'bar', 'plain', 'none'] as const;

export type ProgressView = (typeof progressViews)[number];

/** The view that there can be: lines where nothing can be redrawn, and where JSON lines go to the same terminal. */
export function supportedView(asked: ProgressView, { lively, json, color }: Output): ProgressView {
  if (asked === 'none') return 'none';
  return lively && !(json && color) ? asked : 'plain';
}
