import type { Chart } from '../option.ts';
import { renderTerminal, type TerminalOptions } from '../terminal/render-terminal.ts';
import { printable } from '../text/glyph.ts';

const inspectCustom = Symbol.for('nodejs.util.inspect.custom');
const jupyterDisplay = Symbol.for('Jupyter.display');

/** Most rows that `console.log` gives a chart. */
const maxRows = 24;

/** What `util.inspect` of Node.js passes, as far as it is read here. */
interface InspectOptions {
  readonly colors?: boolean;
  /** Levels shown, counted from the outermost value; `null` for all. */
  readonly depth?: number | null;
}

/** The part of the standard output with the size and the colours of its terminal. */
interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  getColorDepth?(): number;
}

/**
 * The chart with two ways to show itself: `console.log(chart)` in Node.js, Deno and Bun draws it as text at the width of
 * the terminal, and a cell of a Jupyter notebook that ends in the chart shows it as SVG (as PNG where
 * `@resvg/resvg-js` is installed, and as text). Both are methods under symbols, so JSON and `postMessage` leave them out.
 *
 * Source: https://nodejs.org/api/util.html#utilinspectcustom, https://docs.deno.com/runtime/reference/cli/jupyter/
 */
export function displayable<T extends Chart>(chart: T): T {
  return Object.assign(chart, { [inspectCustom]: inspectChart, [jupyterDisplay]: displayChart });
}

function inspectChart(this: Chart, depth: number | null, options: InspectOptions = {}): string {
  // Inside of another value there are fewer levels left than were asked for.
  if (typeof depth === 'number' && depth < (options.depth ?? depth)) {
    const title = printable(this.title?.text ?? '');
    return title ? `[Chart: ${title}]` : '[Chart]';
  }
  const { stdout } = (globalThis as { process?: { stdout?: Terminal } }).process ?? {};
  return renderTerminal(this, {
    width: Math.max(1, stdout?.columns ?? 80),
    height: Math.max(1, Math.min(maxRows, (stdout?.rows ?? maxRows + 2) - 2)),
    color: options.colors ? colorsOf(stdout) : false,
  });
}

function colorsOf(stdout: Terminal | undefined): NonNullable<TerminalOptions['color']> {
  const depth = stdout?.getColorDepth?.() ?? 8;
  return depth >= 24 ? 16777216 : depth >= 8 ? 256 : depth >= 4 ? 16 : false;
}

async function displayChart(this: Chart): Promise<Record<string, string>> {
  const shown: Record<string, string> = { 'text/plain': renderTerminal(this) };
  const svg = await load<typeof import('../svg/render-svg.ts')>('svg/render-svg');
  if (svg) shown['image/svg+xml'] = svg.renderSvg(this);
  const png = await load<typeof import('../png/render-png.ts')>('png/render-png');
  try {
    if (png) shown['image/png'] = png.renderPng(this, { scale: 2 }).toString('base64');
  } catch {
    // No resvg here: the notebook has the SVG.
  }
  return shown;
}

/**
 * A module beside this one by its address at run time: a static import would put ECharts into every bundle of this
 * package. In a bundle there is no such module, and a chart is shown as text.
 */
async function load<T>(path: string): Promise<T | undefined> {
  const here = import.meta.url ?? '';
  const extension = here.endsWith('.ts') ? 'ts' : 'js';
  const address = here.replace(/display\/[^/]*$/, `${path}.${extension}`);
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ address)) as T;
  } catch {
    return undefined;
  }
}
