import type { TabName } from './tab-name.ts';

/** Tabs that show one run. */
export type RunTabName = Exclude<TabName, 'curves' | 'runs'>;
