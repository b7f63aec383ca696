import { safeLine } from './safe-text.ts';

/** What a bar shows: how much is done, and a few facts behind it. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  /** Without it there is no bar. */
  readonly total?: number | undefined;
  /** In the order in which they matter: the last go first where the line is short. */
  readonly facts: readonly string[];
}

const barCells = { least: 10, most: 30 };

/** One line of at most `columns`: label, bar, per cent, facts. */
export function progressText(progress: Progress, columns: number): string {
  const { done, total } = progress;
  const label = safeLine(progress.label);
  const share = total ? Math.min(1, done / total) : undefined;
  const percent = share === undefined ? '' : ` ${String(Math.floor(100 * share)).padStart(3)}%`;
  const tail = progress.facts.map(safeLine);
  const textLength = (): number => [label + percent, ...tail].join('  ').length;
  const room = (): number => columns - textLength() - 1;
  while (tail.length > 0 && room() < (share === undefined ? 0 : barCells.least)) tail.pop();
  const cells = Math.min(barCells.most, room());
  const bar = share === undefined || cells < barCells.least ? '' : ` ${drawBar(share, cells)}`;
  const text = [`${label}${bar}${percent}`, ...tail].join('  ');
  return bar === '' ? text.slice(0, columns) : text;
}

/** In half cells: `━━━━━╸━━━━`, what is still to do in faint. */
function drawBar(share: number, cells: number): string {
  const halves = Math.floor(share * 2 * cells);
  const full = '━'.repeat(halves >> 1) + (halves % 2 === 1 ? '╸' : '');
  const rest = '━'.repeat(cells - full.length);
  return `\x1b[36m${full}\x1b[39m\x1b[2m${rest}\x1b[22m`;
}
