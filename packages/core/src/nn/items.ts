/** What arrays and plain objects hold, as PyTorch's `ModuleList`, `ModuleDict` and `ParameterList` do. */
export function items(value: unknown): [string, unknown][] {
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return Array.isArray(value) || isPlain ? Object.entries(value as object) : [];
}
