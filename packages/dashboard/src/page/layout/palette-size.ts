import { seriesRound } from '@kindling/viz';

/** Colours of the palette before it begins again. */
export const paletteSize = Array.from({ length: 100 }, (_, i) => i).findIndex((i) => seriesRound(i) > 0);
