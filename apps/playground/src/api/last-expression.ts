/** The member expression that a text ends with: brackets are passed over as a whole. */
export function lastExpression(text: string): string {
  let at = text.length;
  let depth = 0;
  while (at > 0) {
    const letter = text[at - 1]!;
    if (')]'.includes(letter)) depth++;
    else if ('(['.includes(letter)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && !/[\w$.!?]/.test(letter) && !isChainBreak(text, at)) break;
    at--;
  }
  return text.slice(at).trim();
}

/** Whether a space is within a chain that goes over lines: `x⏎  .add`. */
const isChainBreak = (text: string, at: number): boolean =>
  /\s/.test(text[at - 1]!) && (/^\s*\./.test(text.slice(at - 1)) || /\.\s*$/.test(text.slice(0, at)));
