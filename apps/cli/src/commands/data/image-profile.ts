import type { ImageSet, TableFinding } from '@kindling/data';

/** What a set of images holds. */
export interface ImageProfile {
  readonly name: string;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** Images of each class. */
  readonly perClass: readonly number[];
  /** Images whose pixels are all the same. */
  readonly blank: number;
  /** Images that repeat an earlier one. */
  readonly duplicates: number;
}

export function profileImages(
  { images, labels, imageBytes, length, width, height, classes }: ImageSet,
  name: string,
): ImageProfile {
  const perClass = Array.from({ length: classes }, () => 0);
  for (const label of labels) perClass[label]!++;
  const seen = new Set<string>();
  let [blank, duplicates] = [0, 0];
  for (let i = 0; i < length; i++) {
    const image = images.subarray(i * imageBytes, (i + 1) * imageBytes);
    if (image.every((pixel) => pixel === image[0])) blank++;
    const text = Buffer.from(image.buffer, image.byteOffset, image.byteLength).toString('latin1');
    if (seen.has(text)) duplicates++;
    else seen.add(text);
  }
  return { name, count: length, width, height, perClass, blank, duplicates };
}

/** Images of the largest class to those of the smallest at which it is named. */
const ratio = 20;

export function imageFindings({ perClass, blank, duplicates }: ImageProfile): TableFinding[] {
  const findings: TableFinding[] = [];
  const warn = (code: TableFinding['code'], message: string): void => {
    findings.push({ level: 'warning', code, message });
  };
  const [least, most] = [Math.min(...perClass), Math.max(...perClass)];
  if (most >= ratio * least) {
    warn('imbalance', `imbalanced classes: from ${least} to ${most} images`);
  }
  if (blank > 0) warn('constant-column', `${blank} uniform images`);
  if (duplicates > 0) warn('duplicate-rows', `${duplicates} duplicate images`);
  return findings;
}
