/** Names and attributes of the elements of a well-formed XML document; throws where it is not well-formed. */
export function parseXml(text: string): { name: string; attributes: Record<string, string>; text: string }[] {
  // https://www.w3.org/TR/xml/#charsets, with surrogate pairs read as one character.
  const stray = text.match(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  if (stray) throw new Error(`character ${stray[0]!.codePointAt(0)} at ${stray.index}`);
  const elements: ReturnType<typeof parseXml> = [];
  const open: ReturnType<typeof parseXml> = [];
  const token = /<(\/?)([\w:]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`no element and no text at ${at}: ${text.slice(at, at + 60)}`);
    const [whole, closing, name, attributes, empty, content] = match;
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i.test(whole)) throw new Error(`bare & in ${whole}`);
    if (content !== undefined) {
      if (open.length > 0) open.at(-1)!.text += content;
      else if (content.trim()) throw new Error(`text outside the root: ${content}`);
    } else if (closing) {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`);
    } else {
      const pairs = [...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key!, value!] as const,
      );
      if (new Set(pairs.map(([key]) => key)).size < pairs.length)
        throw new Error(`an attribute twice in ${whole}`);
      const element = { name: name!, attributes: Object.fromEntries(pairs), text: '' };
      elements.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  return elements;
}
