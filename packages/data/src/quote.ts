const maxText = 40;

/** A piece of a file in a message: as a string of JavaScript, and cut where it is long. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > maxText ? `${text.slice(0, maxText)}…` : text);

const maxNames = 20;

/** Names separated by commas, the first ones of many. */
export function nameList(names: readonly string[]): string {
  const shown = names
    .slice(0, maxNames)
    .map((name) => (name.length > maxText ? `${name.slice(0, maxText)}…` : name));
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? `, … (${rest} more)` : '');
}
