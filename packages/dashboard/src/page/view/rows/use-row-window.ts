import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { type RowWindow, rowWindow } from './row-window.ts';

/** Rows beyond either end of what is visible, and how far is scrolled before others are put there. */
const overscan = 12;
const stride = 8;
/** Of a list that was not measured yet. */
const firstRows = 60;

const controls = 'button:not([disabled]), input:not([disabled])';

export interface RowWindowOptions {
  /** Pixels of a row, about: it is measured. */
  readonly rowHeight: number;
  /** Rows that stay in the document. */
  readonly kept?: readonly string[];
  /** Whether a row has controls. Default: each has. */
  readonly isReachable?: (id: string) => boolean;
}

export interface RowList<E extends HTMLElement> {
  /** What scrolls. Rows in it have their id as `data-row`. */
  readonly scroller: RefObject<E | null>;
  readonly window: RowWindow;
  /** Pixels of a row. */
  readonly rowHeight: number;
  /** The row that the tab key goes to; arrow keys go from there to the others. */
  readonly active: string | undefined;
  onFocusIn(event: FocusEvent): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** A long list of rows of one height, of which those that can be seen are in the document. */
export function useRowWindow<E extends HTMLElement>(
  ids: readonly string[],
  { rowHeight: usual, kept = [], isReachable = () => true }: RowWindowOptions,
): RowList<E> {
  const scroller = useRef<E>(null);
  const rowHeight = useSignal(usual);
  const seen = useSignal<readonly [first: number, end: number]>([0, firstRows]);
  const chosen = useSignal<string | undefined>(undefined);
  /** The control that gets the focus once its row is there. */
  const wanted = useRef<number | undefined>(undefined);
  const isEmpty = ids.length === 0;

  useEffect(() => {
    const element = scroller.current;
    if (element === null || isEmpty) return;
    const look = () => {
      const row = element.querySelector<HTMLElement>('[data-row]:not([data-open])');
      const height = row?.getBoundingClientRect().height ?? 0;
      if (height > 0) rowHeight.value = height;
      const first = Math.floor(element.scrollTop / rowHeight.peek() / stride) * stride;
      const count = Math.ceil(element.clientHeight / rowHeight.peek() / stride + 1) * stride;
      const next = [first - overscan, first + count + overscan] as const;
      if (next.join() !== seen.peek().join()) seen.value = next;
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [isEmpty, rowHeight, seen]);

  const at = chosen.value === undefined ? -1 : ids.indexOf(chosen.value);
  const active = at >= 0 ? chosen.value : ids.find(isReachable);
  const places = kept.map((id) => ids.indexOf(id));
  useLayoutEffect(() => {
    if (wanted.current === undefined || active === undefined) return;
    const row = scroller.current?.querySelector(`[data-row="${CSS.escape(active)}"]`);
    const all = [...(row?.querySelectorAll<HTMLElement>(controls) ?? [])];
    all[Math.min(wanted.current, all.length - 1)]?.focus();
    wanted.current = undefined;
  });

  return {
    scroller,
    window: rowWindow(
      ids.length,
      seen.value,
      active === undefined ? places : [...places, ids.indexOf(active)],
    ),
    rowHeight: rowHeight.value,
    active,
    onFocusIn({ target }) {
      const row = (target as Element).closest<HTMLElement>('[data-row]');
      if (row !== null) chosen.value = row.dataset.row;
    },
    onKeyDown(event) {
      const target = event.target as HTMLElement;
      const row = target.closest<HTMLElement>('[data-row]');
      if (row === null || event.defaultPrevented) return;
      const from = ids.indexOf(row.dataset.row!);
      const page = Math.max(1, Math.floor(scroller.current!.clientHeight / rowHeight.peek()) - 1);
      const to = nextRow(event.key, from, ids.length, page);
      if (to === undefined) return;
      event.preventDefault();
      const step = to < from ? -1 : 1;
      // A row without controls is passed over; at the ends there may be none behind it.
      let next = to;
      while (next !== from && ids[next] !== undefined && !isReachable(ids[next]!)) next += step;
      if (ids[next] === undefined) return;
      wanted.current = [...row.querySelectorAll(controls)].indexOf(target);
      chosen.value = ids[next];
    },
  };
}

function nextRow(key: string, from: number, count: number, page: number): number | undefined {
  const to = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}
