import type { RunRowState } from '../../protocol.ts';
import { useMessages } from './context.ts';

/** Shapes beside colours: states are distinct without either. */
const shapes: Readonly<Record<RunRowState, string>> = {
  running: 'M3 2l8 4-8 4z',
  completed: 'M2 6.5l2.8 2.8L10 3.5',
  stopped: 'M3 3h6v6H3z',
  interrupted: 'M4 3v6M8 3v6',
  diverged: 'M1.5 8.5l3-2 2 1.5 4-6.5',
  failed: 'M3 3l6 6M9 3l-6 6',
  damaged: 'M6 2v5M6 9v1.2',
};

/** How a run stands. */
export function StateMark({
  state,
  reason,
  withText,
}: {
  state: RunRowState;
  reason?: string | undefined;
  withText?: boolean;
}) {
  const t = useMessages();
  const text = t.states[state];
  return (
    <span class={`state ${state}`} title={reason ? `${text}: ${reason}` : text}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path
          d={shapes[state]}
          fill={state === 'running' || state === 'stopped' ? 'currentColor' : 'none'}
          stroke="currentColor"
          stroke-width="1.6"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      <span class={withText ? '' : 'visually-hidden'}>{text}</span>
    </span>
  );
}
