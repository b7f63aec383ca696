import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A font family and its files, TrueType or OpenType. */
export interface Fonts {
  readonly family: string;
  readonly files: readonly string[];
}

/**
 * Nanum Gothic (SIL Open Font License 1.1; Latin and Hangul) from the npm package `@expo-google-fonts/nanum-gothic`,
 * where it is installed beside this one.
 */
export function installedFonts(): Fonts | undefined {
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/nanum-gothic/package.json'));
  } catch {
    return undefined;
  }
  const files = [
    join(folder, '400Regular', 'NanumGothic_400Regular.ttf'),
    join(folder, '700Bold', 'NanumGothic_700Bold.ttf'),
  ].filter((file) => existsSync(file));
  return files.length > 0 ? { family: 'NanumGothic', files } : undefined;
}
