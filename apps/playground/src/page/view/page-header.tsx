import { type Language, languages } from '@kindling/dashboard/language';
import { messagesOf } from '../messages/messages.ts';
import type { ChosenProgram } from '../playground.ts';
import { catalog, type TutorialName } from '../program/catalog.ts';
import { useMessages, usePlayground } from './context.ts';

export function PageHeader() {
  const playground = usePlayground();
  const t = useMessages();
  const { program, language } = playground;
  return (
    <section class="page-header" aria-label={t.title}>
      <h1>{t.title}</h1>
      <select
        class="program"
        aria-label={t.program}
        value={program.value}
        onChange={({ currentTarget }) => playground.choose(currentTarget.value as ChosenProgram)}
      >
        {playground.hasShared && <option value="shared">{t.shared.title}</option>}
        {(Object.keys(catalog) as TutorialName[]).map((tutorial) => (
          <optgroup key={tutorial} label={t.tutorials[tutorial]}>
            {catalog[tutorial].map((name) => (
              <option key={name} value={name}>
                {t.programs[name].title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <span class="spacer" />
      <select
        aria-label={t.language}
        value={language.value}
        onChange={({ currentTarget }) => playground.setLanguage(currentTarget.value as Language)}
      >
        {languages.map((one) => (
          <option key={one} value={one} lang={one}>
            {messagesOf(one).languageName}
          </option>
        ))}
      </select>
    </section>
  );
}
