import type { Language } from '@kindling/dashboard/language';
import type { ProgramName, TutorialName } from '../program/catalog.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';

interface ProgramText {
  readonly title: string;
  /** What the program does, and what to try. */
  readonly about: string;
}

/** Every text of the page in one language. */
export interface Messages {
  readonly languageName: string;
  readonly language: string;
  readonly title: string;
  readonly tutorials: Readonly<Record<TutorialName, string>>;
  readonly programs: Readonly<Record<ProgramName, ProgramText>>;
  readonly program: string;
  /** The program of a link. */
  readonly shared: ProgramText;
  readonly run: string;
  readonly runKeys: string;
  readonly stop: string;
  readonly reset: string;
  readonly share: string;
  readonly shareCopied: string;
  readonly shareShown: string;
  readonly status: {
    readonly loading: string;
    readonly ready: (engine: string) => string;
    readonly running: string;
    readonly finished: (seconds: string) => string;
    readonly stopped: string;
    readonly failed: string;
    readonly notLoaded: (reason: string) => string;
  };
  readonly editor: string;
  readonly editorKeys: string;
  readonly console: string;
  readonly consoleEmpty: string;
  readonly clearConsole: string;
  readonly leftOut: (count: number) => string;
  readonly line: (line: number) => string;
  readonly curves: string;
  readonly noCurves: string;
  readonly drawing: {
    readonly title: string;
    readonly pad: string;
    readonly hint: string;
    readonly wait: string;
    readonly keys: string;
    readonly clear: string;
    readonly seen: string;
    readonly scores: string;
    readonly result: (digit: string) => string;
  };
}

const tables: Readonly<Record<Language, Messages>> = { en: english, ko: korean };

export const messagesOf = (language: Language): Messages => tables[language];
