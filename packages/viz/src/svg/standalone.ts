import { fontFamily } from '../echarts/text-width.ts';

/**
 * An SVG of ECharts made fit to stand by itself.
 *
 * - ECharts numbers its ids and classes through the life of the process: the ids are named after the content instead,
 *   and the classes, which only serve the hover style of a live page, go with that style.
 * - Viewers other than browsers ignore `dominant-baseline`: the text is moved by half the height of its capitals.
 * - The font is named once, not at every text.
 * - An image has a pixel for each cell: enlarged, it fills its place, and its cells stay of one colour.
 * - `label` is what a screen reader says.
 */
export function standalone(svg: string, label: string): string {
  // Quotes inside texts are written &quot;, so a pattern with a quote meets attributes only.
  const plain = svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>\n?/g, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replaceAll(' dominant-baseline="central"', ' dy="0.35em"')
    // Areas that would catch the mouse.
    .replace(/<path(?![^>]* stroke=)[^>]* fill="none"[^>]*><\/path>\n?/g, '')
    .replace(/<path[^>]* fill-opacity="0"[^>]* stroke-width="0"[^>]*><\/path>\n?/g, '')
    .replaceAll(`font-family:${fontFamily};`, '')
    .replace(circle, (_, radius, x, y) => `<circle cx="${x}" cy="${y}" r="${radius}"`)
    .replaceAll('></path>', '/>')
    .replaceAll('></rect>', '/>')
    .replaceAll(
      '<image ',
      '<image preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" ',
    )
    .replace(/ id="zr\d+-/g, ' id="zr-')
    .replace(/"url\(#zr\d+-/g, '"url(#zr-')
    .replace('<svg ', `<svg role="img" aria-label="${escaped(label)}" font-family="${fontFamily}" `);
  const name = `k${hash(plain).toString(36)}`;
  return plain.replaceAll(' id="zr-', ` id="${name}-`).replaceAll('"url(#zr-', `"url(#${name}-`);
}

/** How zrender draws a round symbol: a unit circle of arcs, scaled and moved; one with a rim has its width scaled too. */
const circle =
  /<path d="M1 0A1 1 0 1 1 1 -0\.1A1 1 0 0 1 1 0" transform="matrix\(([\d.]+),0,0,\1,([-\d.]+),([-\d.]+)\)"(?![^>]* stroke=)/g;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}

/** FNV-1a, 32 bits, over UTF-16 code units. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
