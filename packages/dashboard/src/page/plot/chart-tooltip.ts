import type { Theme } from '@kindling/viz';

interface TooltipItem {
  readonly seriesName?: string;
  readonly seriesType?: string;
  readonly name?: string;
  readonly value?: unknown;
}

/** A tooltip that shows the values under the pointer in full. It is drawn on the canvas: no markup, so no inline style. */
export function chartTooltip(theme: Theme, numberText: (value: number) => string): object {
  const text = (value: unknown) => (typeof value === 'number' ? numberText(value) : String(value ?? ''));
  return {
    renderMode: 'richText',
    trigger: 'item',
    confine: true,
    formatter: ({ seriesName = '', name = '', value }: TooltipItem) => {
      const values = Array.isArray(value) ? (value as unknown[]).map(text) : [name, text(value)];
      return [seriesName, values.filter(Boolean).join(', ')].filter(Boolean).join('\n');
    },
    backgroundColor: theme.background,
    borderColor: theme.axisLine,
    textStyle: { color: theme.text, fontSize: 12 },
  };
}
