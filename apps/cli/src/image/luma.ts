/** The shades of gray of red, green and blue, one plane after the other: their luma (Rec. 601). Gray stays as it is. */
export function luma(planes: Uint8Array, pixels: number): Uint8Array {
  if (planes.length < 3 * pixels) return planes.slice(0, pixels);
  return Uint8Array.from({ length: pixels }, (_, i) =>
    Math.round(0.299 * planes[i]! + 0.587 * planes[pixels + i]! + 0.114 * planes[2 * pixels + i]!),
  );
}
