import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Keeps columns as wide as they have been: other rows come into the document as it is scrolled. @param key differs for other columns */
export function useSteadyWidths(table: RefObject<HTMLTableElement | null>, key: string): void {
  const widths = useRef<{ readonly key: string; readonly least: number[] }>({ key, least: [] });
  useLayoutEffect(() => {
    const heads = [...(table.current?.querySelectorAll<HTMLElement>('thead th') ?? [])];
    if (widths.current.key !== key) {
      widths.current = { key, least: [] };
      for (const head of heads) head.style.minWidth = '';
    }
    const { least } = widths.current;
    const now = heads.map((head) => head.offsetWidth);
    for (const [i, width] of now.entries()) {
      if (width <= (least[i] ?? 0)) continue;
      least[i] = width;
      heads[i]!.style.minWidth = `${width}px`;
    }
  });
}
