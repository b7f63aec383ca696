import { expect } from 'vitest';

/** What plain JavaScript may pass: values that resist being made text or numbers among them. The text is a path where nothing can be written. */
export const hostile: readonly unknown[] = [
  Symbol('hostile'),
  Object.create(null),
  5n,
  { valueOf: () => 3 },
  () => 1,
  'no-such-folder/file',
  null,
  -1,
  2.5,
  Number.NaN,
  [1, 2],
  new Float32Array(2),
];

export type Call = (...args: unknown[]) => unknown;

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** The functions and classes of a module by their names, as calls; errors are left out. */
export const callsOf = (
  place: string,
  holder: object,
  isMeant: (name: string) => boolean = () => true,
): (readonly [string, Call])[] =>
  Object.entries(holder).flatMap(([name, value]: [string, unknown]) =>
    typeof value !== 'function' || name.endsWith('Error') || !isMeant(name)
      ? []
      : [
          [
            `${place}${name}`,
            isClass(value) ? (...args) => Reflect.construct(value, args) : (...args) => value(...args),
          ] as const,
        ],
  );

/** Calls with each hostile value in each place: there must be a result, or an error of one of these classes. */
export async function expectAnswers(
  call: Call,
  before: () => readonly (readonly unknown[])[],
  errors: readonly (abstract new (...args: never[]) => Error)[],
): Promise<void> {
  for (const first of before()) {
    for (const value of hostile) {
      for (const rest of [[], [value]]) {
        const where = [...first.map(() => '_'), ...[value, ...rest].map((x) => typeof x)].join(', ');
        try {
          await call(...first, value, ...rest);
        } catch (error) {
          if (!errors.some((kind) => error instanceof kind)) expect(error, where).toBeInstanceOf(errors[0]!);
        }
      }
    }
  }
}
