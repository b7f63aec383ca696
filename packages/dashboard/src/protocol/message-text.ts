import { encodeColumn } from './column-block.ts';
import type { HostMessage } from './host-message.ts';

/** A message of a host as JSON, which `hostMessageSchema` reads back: columns in base64, NaN and infinities by their names. */
export const formatHostMessage = (message: HostMessage): string =>
  JSON.stringify(message, (_, item: unknown) => {
    if (item instanceof Float64Array) return encodeColumn(item);
    return typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  });
