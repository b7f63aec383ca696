import { type Language, languages } from '../../language.ts';
import { messagesOf } from '../messages/messages.ts';
import { useDashboard, useMessages } from './context.ts';

export function PageHeader() {
  const { store, layout, language, canChooseLanguage } = useDashboard();
  const t = useMessages();
  const isOpen = layout.get('isSidebarOpen');
  return (
    <header class="page-header">
      <button
        type="button"
        class="icon"
        aria-expanded={isOpen}
        aria-controls="sidebar"
        aria-label={t.sidebar.open}
        title={t.sidebar.open}
        onClick={() => layout.set({ isSidebarOpen: !isOpen })}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />
        </svg>
      </button>
      <h1>{t.title}</h1>
      <span class="folder">{store.snapshot.value?.folder}</span>
      <span class="spacer" />
      {canChooseLanguage && (
        <label>
          <span class="visually-hidden">{t.language}</span>
          <select
            value={language.value}
            onChange={({ currentTarget }) => layout.set({ language: currentTarget.value as Language })}
          >
            {languages.map((one) => (
              <option key={one} value={one} lang={one}>
                {messagesOf(one).languageName}
              </option>
            ))}
          </select>
        </label>
      )}
    </header>
  );
}
