import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RunRow } from '../../../protocol.ts';
import { useDashboard, useMessages } from '../context.ts';

/** Note and tags of a run. They stay as they were written until the host has kept them. */
export function AnnotationForm({ row, onDone }: { row: RunRow; onDone: () => void }) {
  const { requests } = useDashboard();
  const t = useMessages();
  const note = useSignal(row.note);
  const tags = useSignal(row.tags.join(', '));
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const save = async (event: Event) => {
    event.preventDefault();
    isBusy.value = true;
    error.value = await requests.annotate(row.id, note.value, parseTags(tags.value));
    isBusy.value = false;
    if (error.value === undefined) onDone();
  };
  return (
    <form
      class="annotation"
      onSubmit={save}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      <label>
        {t.table.tagsHint}
        <input
          ref={first}
          value={tags.value}
          maxLength={5000}
          onInput={({ currentTarget }) => {
            tags.value = currentTarget.value;
          }}
        />
      </label>
      <label>
        {t.table.note}
        <textarea
          rows={3}
          maxLength={10_000}
          value={note.value}
          onInput={({ currentTarget }) => {
            note.value = currentTarget.value;
          }}
        />
      </label>
      <div class="row">
        <button type="submit" class="primary" disabled={isBusy.value}>
          {t.table.save}
        </button>
        <button type="button" onClick={onDone}>
          {t.table.cancel}
        </button>
        <span role="alert">{error.value}</span>
      </div>
    </form>
  );
}

/** Tags of a text with commas, each once, as many and as long as a host takes. */
export function parseTags(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim().slice(0, 100));
  return [...new Set(tags.filter(Boolean))].slice(0, 100);
}
