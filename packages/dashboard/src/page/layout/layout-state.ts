import * as z from 'zod';
import { languages } from '../../language.ts';
import { axes } from '../curves/axis.ts';

const scales = ['linear', 'log'] as const;
const texts = z.array(z.string()).max(5000);

/** What of a run's metric the table of runs may show. */
export const metricValueNames = ['last', 'best', 'min', 'max'] as const;
export type MetricValueName = (typeof metricValueNames)[number];

const table = z.object({
  filter: z.string().max(1000).catch(''),
  /** Key of a column; the newest runs first where there is none. */
  sortBy: z.string().optional().catch(undefined),
  isDescending: z.boolean().catch(false),
  /** Path of a setting. */
  groupBy: z.string().optional().catch(undefined),
  values: z.array(z.enum(metricValueNames)).catch(['last', 'best']),
  settings: z.enum(['none', 'differing', 'all']).catch('differing'),
});

/** What a person has chosen in the page; a host may keep it. What is damaged is as if it had not been chosen. */
export const layoutSchema = z.object({
  tab: z.string().catch('curves'),
  /** Runs that are shown, in the order in which they were chosen; nothing before a first choice. */
  selected: texts.optional().catch(undefined),
  pinned: texts.catch([]),
  /** Index of a run's colour. */
  colors: z.record(z.string(), z.int().min(0)).catch({}),
  /** The run of the tabs that show one. */
  focused: z.string().optional().catch(undefined),
  /** Lines of panels that are not shown: `panel|part|split`. */
  hiddenLines: texts.catch([]),
  smoothing: z.number().min(0).max(0.999).catch(0),
  axis: z.enum(axes).catch('step'),
  xScale: z.enum(scales).catch('linear'),
  /** By the name of a panel. */
  yScales: z.record(z.string(), z.enum(scales)).catch({}),
  /** Panels that fill the row. */
  widePanels: texts.catch([]),
  isSidebarOpen: z.boolean().catch(true),
  language: z.enum(languages).optional().catch(undefined),
  table: table.catch(() => table.parse({})),
});

export type LayoutState = z.output<typeof layoutSchema>;
export type TableLayout = LayoutState['table'];

/** The layout of what a host kept, which may be anything. */
export function parseLayout(kept: unknown): LayoutState {
  const parsed = layoutSchema.safeParse(typeof kept === 'object' && kept !== null ? kept : {});
  return parsed.success ? parsed.data : layoutSchema.parse({});
}
