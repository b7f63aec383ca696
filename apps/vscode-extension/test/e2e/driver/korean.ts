import { join } from 'node:path';

/** The language of a browser for which the editor is Korean. */
export const korean = 'ko-KR';

/**
 * Files of a folder of user data by which the editor takes Korean for installed. The workbench's own texts, which a language pack of the
 * marketplace would bring, stay English; extensions are told Korean and show their own.
 */
export function languagePack(userData: string): Readonly<Record<string, object>> {
  return {
    'languagepacks.json': {
      ko: {
        hash: 'kindling',
        label: '한국어',
        extensions: [],
        translations: { vscode: join(userData, 'ko.json') },
      },
    },
    'ko.json': { version: '1.0.0', contents: {} },
  };
}
