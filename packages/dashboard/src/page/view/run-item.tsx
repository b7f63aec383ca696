import { seriesColor, themed } from '@kindling/viz';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RunRow } from '../../protocol.ts';
import { paletteSize } from '../layout/palette-size.ts';
import { useMessages, usePage } from './context.ts';
import { StateMark } from './state-mark.tsx';

export interface RunItemProps {
  readonly row: RunRow;
  readonly isShown: boolean;
  /** Whether the tab key stops here. */
  readonly isActive: boolean;
  /** Its place in the whole list, and pixels for the runs before it that are left out. */
  readonly place: { readonly index: number; readonly count: number; readonly gap: number };
}

/** A run in the list of runs. */
export function RunItem({ row, isShown, isActive, place }: RunItemProps) {
  const { dashboard, theme } = usePage();
  const { layout } = dashboard;
  const t = useMessages();
  const isChoosing = useSignal(false);
  const isPinned = layout.get('pinned').includes(row.id);
  const color = layout.get('colors')[row.id];
  const tabIndex = isActive ? 0 : -1;
  return (
    <li
      class={`run${isShown ? ' shown' : ''}`}
      data-row={row.id}
      data-open={isChoosing.value || undefined}
      aria-posinset={place.index + 1}
      aria-setsize={place.count}
      style={{ marginTop: place.gap > 0 ? `${place.gap}px` : '' }}
    >
      <div class="row">
        <input
          type="checkbox"
          tabIndex={tabIndex}
          checked={isShown}
          aria-label={t.sidebar.show(row.name)}
          onChange={() => dashboard.toggleRun(row.id)}
        />
        <button
          type="button"
          class="swatch"
          tabIndex={tabIndex}
          aria-label={t.sidebar.color(row.name)}
          title={t.sidebar.color(row.name)}
          aria-expanded={isChoosing.value}
          disabled={!isShown}
          onClick={() => {
            isChoosing.value = !isChoosing.value;
          }}
        >
          <Swatch
            color={isShown && color !== undefined ? themed(seriesColor(color), theme.colors.value) : 'none'}
          />
        </button>
        <span class="name" title={row.id}>
          {row.name}
        </span>
        <StateMark state={row.state} reason={row.reason} />
        <button
          type="button"
          class="icon pin"
          tabIndex={tabIndex}
          aria-pressed={isPinned}
          aria-label={t.sidebar.pin(row.name)}
          title={t.sidebar.pin(row.name)}
          disabled={!isShown}
          onClick={() => layout.toggle('pinned', row.id)}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path
              d="M5.5 2h5l-.7 4.2 2.2 2.3v1H8.6V14L8 15l-.6-1V9.5H4v-1l2.2-2.3z"
              fill={isPinned ? 'currentColor' : 'none'}
              stroke="currentColor"
              stroke-linejoin="round"
            />
          </svg>
        </button>
      </div>
      {isChoosing.value && isShown && (
        <ColorChoice
          row={row}
          onDone={() => {
            isChoosing.value = false;
          }}
        />
      )}
    </li>
  );
}

function Swatch({ color }: { color: string }) {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <rect
        x="1"
        y="1"
        width="10"
        height="10"
        rx="2.5"
        fill={color}
        stroke="currentColor"
        stroke-opacity="0.5"
      />
    </svg>
  );
}

/** The colours of the palette, for a run. */
function ColorChoice({ row, onDone }: { row: RunRow; onDone: () => void }) {
  const { dashboard, theme } = usePage();
  const { layout } = dashboard;
  const t = useMessages();
  const list = useRef<HTMLDivElement>(null);
  const chosen = layout.get('colors')[row.id];
  useEffect(() => {
    list.current?.querySelector('button')?.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has borders and layout of its own
    <div
      class="color-choice"
      role="group"
      aria-label={t.sidebar.color(row.name)}
      ref={list}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      {Array.from({ length: paletteSize }, (_, color) => (
        <button
          type="button"
          key={seriesColor(color)}
          class="swatch"
          aria-pressed={chosen !== undefined && chosen % paletteSize === color}
          aria-label={t.sidebar.colorNumber(color + 1)}
          onClick={() => {
            layout.set({ colors: { ...layout.peek().colors, [row.id]: color } });
            onDone();
          }}
        >
          <Swatch color={themed(seriesColor(color), theme.colors.value)} />
        </button>
      ))}
    </div>
  );
}
