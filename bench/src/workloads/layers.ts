import type { Layer } from '../task.ts';

/** Linear layers of these widths, an activation after each but the last, and perhaps another at the end. */
export function mlp(widths: readonly number[], hidden: Layer, last?: Layer): Layer[] {
  const layers = widths.slice(1).flatMap((outputs, i): Layer[] => [['linear', widths[i]!, outputs], hidden]);
  return last === undefined ? layers.slice(0, -1) : [...layers.slice(0, -1), last];
}
