import { version } from './version.ts';

/** A loaded copy of this package. */
interface Copy {
  readonly version: string;
  /** Where it was loaded from; undefined in a bundle that does not tell. */
  readonly url: string | undefined;
}

/** What tensors and modules carry, so that another copy of this package recognizes them. */
export interface Identity {
  readonly kind: 'tensor' | 'module';
  readonly copy: Copy;
}

/** The property that holds an {@link Identity}; the same symbol in every copy. */
export const identity: unique symbol = Symbol.for('@kindling/core');

const thisCopy: Copy = { version, url: import.meta.url };

export const tensorIdentity: Identity = { kind: 'tensor', copy: thisCopy };
export const moduleIdentity: Identity = { kind: 'module', copy: thisCopy };

/** The identity of a value of any copy; undefined for everything else. */
export function identityOf(value: unknown): Identity | undefined {
  if (typeof value !== 'object' || value === null || !(identity in value)) return undefined;
  return value[identity] as Identity;
}

/** Whether a value is a tensor or a module, but of another copy of this package. */
export function isForeign(value: unknown): boolean {
  const copy = identityOf(value)?.copy;
  return copy !== undefined && copy !== thisCopy;
}

const textOf = ({ version: number, url }: Copy): string => `${number} from ${url ?? 'a bundle'}`;

/** Says of a foreign value where both copies come from. */
export function describeForeign(value: unknown): string {
  const { kind, copy } = identityOf(value)!;
  return `a ${kind} of another copy of @kindling/core: two copies are loaded, ${textOf(thisCopy)} and ${textOf(copy)}; install one version, so that all packages share it`;
}
