const digits = [...'0123456789'];
const capitals = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const letters = [...'abcdefghijklmnopqrstuvwxyz'];

/** Letters whose two cases do not look alike. */
const merged = [...digits, ...capitals, ...'abdefghnqrt'];

/** The classes of each variant of EMNIST, in the order of their indices. */
export const emnistVariants = {
  balanced: merged,
  letters: ['N/A', ...letters],
  digits,
  mnist: digits,
  byclass: [...digits, ...capitals, ...letters],
  bymerge: merged,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type EmnistVariant = keyof typeof emnistVariants;
