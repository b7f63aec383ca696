import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ActionName, RunRow } from '../../../protocol.ts';
import { useDashboard, useMessages } from '../context.ts';

/** Whether an action means something to a run that stands so. */
function isPossible(action: ActionName, { state }: RunRow): boolean {
  switch (action) {
    case 'stop':
      return state === 'running';
    case 'resume':
      return state === 'stopped' || state === 'interrupted';
    case 'delete':
      return state !== 'running';
    case 'reveal':
      return true;
  }
}

export interface RunActionsProps {
  readonly row: RunRow;
  readonly actions: readonly ActionName[];
  readonly tabIndex: number;
}

export function RunActions({ row, actions, tabIndex }: RunActionsProps) {
  const { requests, problem } = useDashboard();
  const t = useMessages();
  const isAsked = useSignal(false);
  const isBusy = useSignal(false);
  const cancel = useRef<HTMLButtonElement>(null);
  // The button that had the focus is gone.
  useLayoutEffect(() => cancel.current?.focus(), [isAsked.value]);
  const act = async (action: ActionName) => {
    isAsked.value = false;
    isBusy.value = true;
    const error = await requests.act(action, row.id);
    isBusy.value = false;
    if (error !== undefined) problem.value = `${t.table.action[action]} ${row.name}: ${error}`;
  };
  if (isAsked.value) {
    return (
      <span class="confirm" role="alertdialog" aria-label={t.table.confirmDelete(row.name)}>
        {t.table.confirmDelete(row.name)}
        <button type="button" class="small danger" onClick={() => act('delete')}>
          {t.table.action.delete}
        </button>
        <button
          type="button"
          class="small"
          ref={cancel}
          onClick={() => {
            isAsked.value = false;
          }}
        >
          {t.table.cancel}
        </button>
      </span>
    );
  }
  return (
    <>
      {actions
        .filter((action) => isPossible(action, row))
        .map((action) => (
          <button
            type="button"
            class="small"
            key={action}
            tabIndex={tabIndex}
            disabled={isBusy.value}
            aria-label={`${t.table.action[action]}: ${row.name}`}
            onClick={() => {
              if (action === 'delete') isAsked.value = true;
              else void act(action);
            }}
          >
            {t.table.action[action]}
          </button>
        ))}
    </>
  );
}
