import { useState } from 'preact/hooks';
import type { Messages } from '../messages/messages.ts';
import type { Status } from '../playground.ts';
import { formatShareHash } from '../share/share-link.ts';
import { useMessages, usePlayground } from './context.ts';

/** What the program is about, and what can be done with it. */
export function Toolbar() {
  const playground = usePlayground();
  const t = useMessages();
  const { program, isRunning, isChanged, status, text } = playground;
  const [note, setNote] = useState<'shareCopied' | 'shareShown' | undefined>(undefined);
  const share = async () => {
    const hash = await formatShareHash(text.peek());
    history.replaceState(null, '', hash);
    const isCopied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    setNote(isCopied ? 'shareCopied' : 'shareShown');
  };
  const chosen = program.value;
  return (
    <div class="toolbar">
      <p class="about">{chosen === 'shared' ? t.shared.about : t.programs[chosen].about}</p>
      <div class="row">
        {isRunning.value ? (
          <button type="button" class="primary" key="stop" onClick={() => playground.stop()}>
            <span aria-hidden="true">■ </span>
            {t.stop}
          </button>
        ) : (
          <button type="button" class="primary" key="run" title={t.runKeys} onClick={() => playground.run()}>
            <span aria-hidden="true">▶ </span>
            {t.run}
          </button>
        )}
        <button type="button" disabled={!isChanged.value} onClick={() => playground.reset()}>
          {t.reset}
        </button>
        <button type="button" onClick={() => void share()}>
          {t.share}
        </button>
        <p class={`status ${status.value.kind}`} role="status">
          {note === undefined ? statusText(status.value, t) : t[note]}
        </p>
      </div>
    </div>
  );
}

function statusText(status: Status, { status: t }: Messages): string {
  if (status.kind === 'ready') return t.ready(status.engine);
  if (status.kind === 'finished') return t.finished(status.seconds.toFixed(1));
  if (status.kind === 'notLoaded') return t.notLoaded(status.reason);
  return t[status.kind];
}
