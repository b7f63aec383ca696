import { extname } from 'node:path';
import { writeFileAtomic } from '@kindling/train/internal';
import type { Chart, ThemeName } from '@kindling/viz';
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
      throw isMissing ? new UsageError(`--output: ${error.message.replace(/^\w+: /, '')}`, { cause: error }) : error;
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

/** Pixels of one chart, and of a panel beside others. */
const single = { width: 800, height: 450 } as const;
const panel = { width: 480, height: 320, head: 60 } as const;

/** Room for a chart: a figure has it for each of its panels. */
function sizeOf(chart: Chart): Size {
  if (!('panels' in chart)) return single;
  const across = Math.min(chart.columns, chart.panels.length);
  const down = Math.ceil(chart.panels.length / across);
  const isImages = chart.panels.every(({ xAxis }) => xAxis.type !== 'category' && xAxis.labels === 'none');
  if (isImages) return { width: Math.max(400, 120 * across), height: panel.head + 160 * down };
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
