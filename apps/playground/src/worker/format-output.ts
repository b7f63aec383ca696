import { inspect } from './inspect.ts';

/** Arguments of `console.log` as one text, with the placeholders `%s %d %i %f %j %o %O %c %%` of its first. */
export function formatOutput(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== 'string') return values.map(plain).join(' ');
  const left = rest[Symbol.iterator]();
  let used = 0;
  const text = first.replace(/%([sdifjoOc%])/g, (found, kind: string) => {
    if (kind === '%') return rest.length === 0 ? found : '%';
    const { value, done } = left.next();
    if (done) return found;
    used++;
    return placed(kind, value);
  });
  return [text, ...rest.slice(used).map(plain)].join(' ');
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : inspect(value));

function placed(kind: string, value: unknown): string {
  switch (kind) {
    case 's':
      return plain(value);
    case 'd':
      return String(Number(value));
    case 'i':
      return String(Math.trunc(Number(value)));
    case 'f':
      return String(Number.parseFloat(String(value)));
    case 'j':
      return JSON.stringify(value);
    case 'c':
      return '';
    default:
      return inspect(value);
  }
}
