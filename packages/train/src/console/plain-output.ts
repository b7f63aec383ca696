const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Whether the environment asks for output without color and without lines that are rewritten: https://no-color.org, `CI`, a dumb terminal. */
export function isPlainOutput(env: Readonly<Record<string, string | undefined>>): boolean {
  const isCi = isSet(env.CI) && env.CI !== 'false' && env.CI !== '0';
  return isSet(env.NO_COLOR) || isCi || env.TERM === 'dumb';
}
