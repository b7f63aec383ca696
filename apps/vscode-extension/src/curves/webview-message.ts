import type { HostMessage } from '@kindling/dashboard/protocol';

/**
 * A message as a webview takes it. Columns pass as they are; everything else is made JSON on its way, which has no NaN and no infinities,
 * so they become their names.
 */
export const webviewMessage = (message: HostMessage): object => convert(message) as object;

function convert(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(convert);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]));
}
