import {
  progressText,
  RedrawnLine,
  type TerminalSize,
  type TrainingProgress,
} from '@kindling/train/internal/console';
import { renderTerminal } from '@kindling/viz';
import type { Output } from '../terminal/output.ts';
import { displayWidth } from '../terminal/text.ts';
import { isInForeground } from './foreground.ts';
import { FullScreen } from './full-screen.ts';
import type { LiveChart } from './live-chart.ts';

/** Least time between two draws, and between two drawings of the chart, which take no more than 1 % of the time. */
const redrawMs = { screen: 100, chart: 250 } as const;
const chartShare = 0.01;
/** A training that is over by then shows a bar alone. */
const chartAfterMs = 1000;
/** The least terminal that has room for a chart. */
const least = { columns: 40, rows: 12 } as const;
/** Rows of the chart, however many there are. */
const maxRows = 40;

export interface TrainingViewOptions {
  /** What is being trained, in a line. */
  readonly title: string;
  readonly progress: TrainingProgress;
  /** Without it there is the bar alone. */
  readonly chart?: LiveChart | undefined;
}

/**
 * A training that goes on, redrawn in place: a bar at the end of the terminal, and from the first second on, where there is room, the
 * whole screen with a chart of the loss, the latest metrics and the bar. A job in the background draws nothing.
 */
export class TrainingView {
  readonly #line: RedrawnLine;
  readonly #screen: FullScreen;
  readonly #notes: Output['notes'];
  readonly #options: TrainingViewOptions;
  readonly #began = performance.now();
  #isClosed = false;
  #drawn = Number.NEGATIVE_INFINITY;
  #picture: readonly string[] = [];
  #pictureSize: TerminalSize = { columns: 0, rows: 0 };
  /** When the chart is drawn again. */
  #pictureDue = Number.NEGATIVE_INFINITY;

  constructor({ notes }: Output, options: TrainingViewOptions) {
    this.#line = new RedrawnLine(notes);
    this.#screen = new FullScreen(notes);
    this.#notes = notes;
    this.#options = options;
    notes.on('resize', this.#onResize);
  }

  /** Shows the newest state, unless that was done a moment ago. */
  update(): void {
    const now = performance.now();
    if (this.#isClosed || now - this.#drawn < redrawMs.screen) return;
    this.#drawn = now;
    if (!isInForeground()) return;
    const { progress } = this.#options;
    const picture = this.#drawPicture(this.#screen.size, now);
    if (picture.length > 0) {
      this.#line.clear();
      this.#screen.draw(this.#rows(picture, this.#screen.size));
    } else {
      this.#screen.leave();
      const bar = progress.bar(progress.facts);
      if (bar !== undefined) this.#line.draw(progressText(bar, this.#line.columns));
    }
  }

  /** Shows what was on the terminal before, for good. */
  close(): void {
    this.#isClosed = true;
    this.#notes.off('resize', this.#onResize);
    this.#line.clear();
    this.#screen.leave();
  }

  readonly #onResize = (): void => {
    this.#drawn = Number.NEGATIVE_INFINITY;
    this.update();
  };

  /** Title, chart, the latest metrics, and the bar. */
  #rows(picture: readonly string[], { columns }: TerminalSize): readonly string[] {
    const { title, progress } = this.#options;
    const loss = progress.lossText === undefined ? [] : [progress.lossText];
    const bar = progress.bar([...loss, ...progress.pace]);
    const rows = [shortened(title, columns), ...picture, fitting(progress.latest, columns)];
    return bar === undefined ? rows : [...rows, progressText(bar, columns - 1)];
  }

  /** The chart as it was drawn last, or anew where that is due, or the terminal has another size. */
  #drawPicture({ columns, rows }: TerminalSize, now: number): readonly string[] {
    const hasRoom = columns >= least.columns && rows >= least.rows;
    if (!hasRoom || now - this.#began < chartAfterMs) return [];
    const isResized = columns !== this.#pictureSize.columns || rows !== this.#pictureSize.rows;
    if (now < this.#pictureDue && !isResized) return this.#picture;
    const chart = this.#options.chart?.draw();
    if (chart === undefined) return [];
    // Beside it there are the title, the metrics and the bar.
    const height = Math.min(maxRows, rows - 3);
    this.#picture = renderTerminal(chart, { width: columns - 1, height, color: true }).split('\n');
    this.#pictureSize = { columns, rows };
    const cost = performance.now() - now;
    this.#pictureDue = now + Math.max(redrawMs.chart, cost / chartShare);
    return this.#picture;
  }
}

/** As many of the facts as a row holds, whole. */
function fitting(facts: readonly string[], columns: number): string {
  return facts.reduce((row, fact) => {
    const longer = row === '' ? fact : `${row}  ${fact}`;
    return displayWidth(longer) < columns ? longer : row;
  }, '');
}

/** A text that is cut to the columns of a row. */
function shortened(text: string, columns: number): string {
  if (displayWidth(text) < columns) return text;
  let [cut, width] = ['', 0];
  for (const letter of text) {
    width += displayWidth(letter);
    if (width > columns - 2) break;
    cut += letter;
  }
  return `${cut}…`;
}
