import { extname } from 'node:path';
import { writeFileAtomic } from '@kindling/train/internal';
import type { Chart, FigureOption, ThemeName } from '@kindling/viz';
import { UsageError } from '../../usage-error.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface PictureOptions extends Size {
  readonly theme: ThemeName;
}

const renderers = {
  '.svg': async (chart: Chart, options: PictureOptions) => {
    const { renderSvg } = await import('@kindling/viz/svg');
    return renderSvg(chart, options);
  },
  '.png': async (chart: Chart, options: PictureOptions) => {
    const { renderPng } = await import('@kindling/viz/png');
    try {
      return renderPng(chart, { ...options, scale: 2 });
    } catch (error) {
      const isMissing = error instanceof Error && error.cause !== undefined;
      throw isMissing
        ? new UsageError(`--output: ${error.message.replace(/^\w+: /, '')}`, { cause: error })
        : error;
    }
  },
  '.html': async (chart: Chart, options: PictureOptions) => {
    const { renderHtml } = await import('@kindling/viz/html');
    return renderHtml(chart, options);
  },
} as const;

type Extension = keyof typeof renderers;

/** @throws UsageError for a file whose ending names no format. */
export function pictureExtension(file: string): Extension {
  const extension = extname(file).toLowerCase();
  if (extension in renderers) return extension as Extension;
  const known = Object.keys(renderers).join(', ');
  throw new UsageError(`--output: expected a file that ends in one of ${known}, got ${JSON.stringify(file)}`);
}

/** Pixels of one chart, of a panel beside others, and of an image with its label. */
const single = { width: 800, height: 450 } as const;
const panel = { width: 480, height: 320, head: 60 } as const;
const image = { width: 120, height: 160 } as const;
/** Pixels that a name takes in the legend beside its letters; height of a row. */
const legend = { mark: 46, letter: 7.5, row: 24, usualRows: 3 } as const;

/** Room for a chart: a figure has it for each of its panels, a long legend for its rows. */
function sizeOf(chart: Chart): Size {
  const { width, height } = 'panels' in chart ? figureSize(chart) : single;
  const names = ('legend' in chart ? chart.legend : undefined)?.data ?? [];
  const length = names.reduce((sum, name) => sum + legend.mark + legend.letter * name.length, 0);
  const rows = Math.max(0, Math.ceil(length / width) - legend.usualRows);
  return { width, height: Math.min(2 * height, height + rows * legend.row) };
}

function figureSize({ panels, columns }: FigureOption): Size {
  const across = Math.min(columns, panels.length);
  const down = Math.ceil(panels.length / across);
  const isImages = panels.every(
    ({ series, xAxis }) =>
      series.some(({ type }) => type === 'field') && xAxis.type !== 'category' && xAxis.labels === 'none',
  );
  if (isImages)
    return { width: Math.max(400, image.width * across), height: panel.head + image.height * down };
  return {
    width: Math.max(single.width, panel.width * across),
    height: Math.max(single.height, panel.head + panel.height * down),
  };
}

/**
 * Writes a chart in the format that the file's ending names; a file that is there is replaced in one step.
 *
 * @returns bytes written.
 * @throws UsageError for a PNG without the packages that draw it; what the file system throws.
 */
export async function writePicture(file: string, chart: Chart, theme: ThemeName): Promise<number> {
  const extension = pictureExtension(file);
  const picture = await renderers[extension](chart, { ...sizeOf(chart), theme });
  writeFileAtomic(file, picture);
  return Buffer.byteLength(picture);
}
