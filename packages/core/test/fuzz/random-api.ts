import { referenceBackend } from '../../src/backend/reference/reference.ts';
import { cuda } from '../cuda-kernels/engine.ts';
import { nativeWithExactMemory as native } from '../native/engine.ts';
import { functions, methods } from './methods.ts';
import { type ApiCall, difference, outcomeOf } from './outcome.ts';
import { Draws, hostileValue, isTensorForm, tensorForm } from './values.ts';

function callOf(seed: number): ApiCall {
  const draws = new Draws(seed);
  const self = tensorForm(draws, { ...(draws.chance(0.97) && { state: 'live' as const }) });
  const isFunction = draws.chance(0.05);
  const table = isFunction ? functions : methods;
  const name = draws.of(Object.keys(table));
  const given = table[name]!.slice(0, table[name]!.length + 1 - draws.below(2) * draws.below(2)).map(
    (make) => (draws.chance(0.12) ? hostileValue(draws) : make(draws, self)),
  );
  if (draws.chance(0.05)) given.push(hostileValue(draws));
  return {
    name,
    self: isFunction ? undefined : { ...self, state: self.state === 'of another copy' ? 'live' : self.state },
    arguments: given,
  };
}

const textOf = (call: ApiCall): string =>
  JSON.stringify(call, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value)
      ? String(value)
      : typeof value === 'bigint' ||
          typeof value === 'symbol' ||
          typeof value === 'function' ||
          value === undefined
        ? String(value)
        : isTensorForm(value) && value.state === 'live'
          ? { ...value, state: undefined, form: undefined }
          : value,
  );

const engines = [
  ...(native === undefined ? [] : [{ name: 'native', backend: native, settle: () => {} }]),
  ...(cuda === undefined ? [] : [{ name: 'cuda', backend: cuda, settle: () => cuda?.synchronize() }]),
];

/** What is wrong with one random call, in words. */
export interface Finding {
  readonly kind: 'crash' | 'hang' | 'difference';
  readonly text: string;
}

/** A call that takes longer counts as one that hangs, in ms; sanitizers and busy machines are slow. */
const LONGEST = 60_000;

/**
 * Makes a random call on the reference engine and on every other.
 *
 * @returns whether it had a result, and what is wrong: an error that is none of this package's, or engines that differ.
 */
export function tryRandomCall(seed: number): { readonly hasResult: boolean; readonly finding?: Finding } {
  const start = performance.now();
  const call = callOf(seed);
  const described = (engine: string) => `seed ${seed}, ${engine}: ${textOf(call)}`;
  const wanted = outcomeOf(call, referenceBackend, () => {});
  const hasResult = wanted.error === undefined;
  const found = (kind: Finding['kind'], text: string) => ({ hasResult, finding: { kind, text } });
  if (wanted.error?.startsWith('not ours'))
    return found('crash', `${described('reference')}\n${wanted.message}`);
  for (const { name, backend, settle } of engines) {
    const got = outcomeOf(call, backend, settle);
    if (got.error?.startsWith('not ours')) return found('crash', `${described(name)}\n${got.message}`);
    if (got.error !== wanted.error) {
      return found(
        'difference',
        `${described(name)}\n${wanted.message || 'a result'}\n${got.message || 'a result'}`,
      );
    }
    const where = difference(wanted.values, got.values);
    if (where !== undefined) return found('difference', `${described(name)}\n${where}`);
  }
  const ms = performance.now() - start;
  return ms > LONGEST
    ? found('hang', `${described('all engines')} took ${Math.round(ms)} ms`)
    : { hasResult };
}
