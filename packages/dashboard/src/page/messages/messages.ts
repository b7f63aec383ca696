import type { ChartTexts } from '@kindling/viz';
import type { Language } from '../../language.ts';
import type { ActionName, RunRowState } from '../../protocol.ts';
import type { CurveAxis } from '../curves/axis.ts';
import type { Split } from '../curves/curve.ts';
import type { TimeUnitName } from '../curves/time-unit.ts';
import type { MetricValueName } from '../layout/layout-state.ts';
import type { TabName } from '../tabs/tab-name.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';

/** Every text of the page in one language. */
export interface Messages {
  readonly language: string;
  readonly languageName: string;
  readonly title: string;
  readonly tabs: Readonly<Record<TabName, string>>;
  readonly tabList: string;
  readonly states: Readonly<Record<RunRowState, string>>;
  readonly splits: Readonly<Record<Split, string>>;
  readonly axes: Readonly<Record<CurveAxis, string>>;
  /** Name of an axis with its unit. */
  axisName(axis: CurveAxis, unit: TimeUnitName | undefined): string;
  /** A place on an axis: `step 20`. */
  place(axis: CurveAxis, x: number): string;
  duration(seconds: number): string;
  time(milliseconds: number): string;
  readonly connection: {
    readonly waiting: string;
    readonly lost: string;
    readonly problem: string;
    readonly dismiss: string;
  };
  readonly sidebar: {
    readonly title: string;
    readonly open: string;
    readonly filter: string;
    readonly all: string;
    readonly none: string;
    readonly count: (shown: number, all: number) => string;
    readonly empty: string;
    readonly show: (run: string) => string;
    readonly pin: (run: string) => string;
    readonly color: (run: string) => string;
    readonly colorNumber: (number: number) => string;
  };
  readonly curves: {
    readonly toolbar: string;
    readonly xAxis: string;
    readonly logX: string;
    readonly logY: string;
    readonly wide: string;
    readonly smoothing: string;
    readonly off: string;
    readonly live: string;
    readonly paused: string;
    readonly resetZoom: string;
    readonly noRun: string;
    readonly noValues: string;
    readonly dropped: string;
    readonly measured: (value: string) => string;
    readonly more: (count: number) => string;
    readonly chartOf: (name: string) => string;
    readonly keys: string;
    readonly summary: (curve: {
      name: string;
      last: string;
      best: string | undefined;
      nonFinite: number;
    }) => string;
  };
  /** What charts write by themselves. */
  readonly charts: ChartTexts;
  readonly chart: {
    number(value: number): string;
    readonly table: string;
    readonly tableShort: string;
    readonly tableOf: (name: string) => string;
    readonly rowsLeftOut: (shown: number) => string;
  };
  readonly table: {
    readonly filter: string;
    readonly filterHint: string;
    readonly groupBy: string;
    readonly noGroup: string;
    readonly groupSize: (count: number) => string;
    readonly unset: string;
    readonly values: string;
    readonly settings: string;
    readonly settingsShown: Readonly<Record<'none' | 'differing' | 'all', string>>;
    readonly metricValues: Readonly<Record<MetricValueName, string>>;
    readonly shown: string;
    readonly state: string;
    readonly name: string;
    readonly started: string;
    readonly duration: string;
    readonly device: string;
    readonly epoch: string;
    readonly step: string;
    readonly parameters: string;
    readonly tags: string;
    readonly note: string;
    readonly edit: (run: string) => string;
    readonly editShort: string;
    readonly save: string;
    readonly cancel: string;
    readonly tagsHint: string;
    readonly actions: string;
    readonly action: Readonly<Record<ActionName, string>>;
    readonly confirmDelete: (run: string) => string;
    readonly differs: string;
    readonly noRuns: string;
  };
  readonly run: {
    readonly run: string;
    readonly sample: string;
    readonly step: (step: number) => string;
    readonly counts: string;
    readonly ofTarget: string;
    readonly ofPrediction: string;
    readonly show: string;
    readonly target: string;
    readonly prediction: string;
    readonly label: (name: string) => string;
    readonly predicted: (name: string) => string;
    readonly wrong: (wrong: number, all: number) => string;
    readonly images: (shown: number, all: number) => string;
    readonly showAll: string;
    readonly layer: string;
    readonly options: string;
    readonly input: string;
    readonly outputShape: string;
    readonly modelOf: (run: string) => string;
    readonly problems: string;
    readonly skipped: (count: number) => string;
    readonly unknown: (count: number) => string;
    readonly noProblems: string;
    readonly texts: string;
    readonly noTexts: string;
    readonly ended: (state: string) => string;
    readonly copy: string;
    readonly copied: string;
    readonly value: string;
    readonly nonFinite: (count: number) => string;
    readonly cannotDraw: (reason: string) => string;
  };
}

const tables: Readonly<Record<Language, Messages>> = { en: english, ko: korean };

export const messagesOf = (language: Language): Messages => tables[language];
