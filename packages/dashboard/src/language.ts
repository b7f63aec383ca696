// What the pages of Kindling have in common: the languages that they speak.

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** The first language of a list that the pages have. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languages.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}
