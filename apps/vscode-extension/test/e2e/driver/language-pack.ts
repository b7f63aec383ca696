import { join } from 'node:path';

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
        extensions: [{ extensionIdentifier: { id: 'kindling.korean' }, version: '1.0.0' }],
        translations: { vscode: join(userData, 'ko.json') },
      },
    },
    // Without this file the language is English; it names none, so the browser's is taken.
    'User/argv.json': {},
    'ko.json': { version: '1.0.0', contents: {} },
  };
}
