const hasKey = (document: unknown, key: string): boolean =>
  typeof document === 'object' && document !== null && Object.hasOwn(document, key);

/** Whether a document is that of a sweep: experiments have no such keys. */
export const isSweep = (document: unknown): boolean =>
  hasKey(document, 'axes') || hasKey(document, 'experiment');
