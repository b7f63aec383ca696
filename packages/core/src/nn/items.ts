export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What arrays and plain objects hold, as PyTorch's `ModuleList`, `ModuleDict` and `ParameterList` do. */
export const items = (value: unknown): [string, unknown][] =>
  Array.isArray(value) || isPlainObject(value) ? Object.entries(value) : [];
