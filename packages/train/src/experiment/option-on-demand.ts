import * as z from 'zod';

/**
 * An option of a discriminated union that is made when a document names it: a document has a few of a hundred kinds of objects.
 *
 * @param key that tells options apart.
 * @param name the option's value of it.
 */
export function optionOnDemand<S extends z.ZodObject>(
  key: string,
  name: string,
  make: () => S,
): z.ZodLazy<S> {
  const option = z.lazy(make);
  // What a union asks all of its options. Else each is made to answer.
  const answers = { propValues: { [key]: new Set([name]) }, optin: undefined, optout: undefined };
  for (const [question, value] of Object.entries(answers)) {
    Object.defineProperty(option._zod, question, { value });
  }
  return option;
}
