import { useSignal } from '@preact/signals';
import { useMessages } from '../context.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import type { RunViewProps } from './run-tab.tsx';

/** The experiment or the config of the run as it is kept. */
export function ConfigurationView({ row, data }: RunViewProps) {
  const t = useMessages();
  const isCopied = useSignal(false);
  const text = indented(data.document ?? '');
  return (
    <section class="sample">
      <div class="toolbar">
        <h2>
          {t.tabs.configuration}, {row.name}
        </h2>
        <button
          type="button"
          onClick={async () => {
            await navigator.clipboard.writeText(text).catch(() => {});
            isCopied.value = true;
          }}
        >
          {isCopied.value ? t.run.copied : t.run.copy}
        </button>
      </div>
      <ScrollRegion class="document" label={t.tabs.configuration}>
        <pre>{text}</pre>
      </ScrollRegion>
    </section>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
