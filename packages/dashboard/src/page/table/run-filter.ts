import type { RunRow } from '../../protocol.ts';

/**
 * Whether a run is what a filter asks for: every word is in its name, folder, state, device, note or tags, and every `setting=value` says
 * what one of its settings begins with. The path of a setting may be cut on the left: `lr=0.1`.
 */
export function matchesFilter(row: RunRow, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [row.id, row.name, row.state, row.device ?? '', row.note, ...row.tags]
    .join('\n')
    .toLowerCase();
  return words.every((word) => {
    const equals = word.indexOf('=');
    if (equals <= 0) return text.includes(word);
    const [path, value] = [word.slice(0, equals), word.slice(equals + 1)];
    return Object.entries(row.settings).some(
      ([name, is]) =>
        (name.toLowerCase() === path || name.toLowerCase().endsWith(`.${path}`)) &&
        is.toLowerCase().startsWith(value),
    );
  });
}
