import type { ApiIndex } from '../../api/api-index.ts';

let loading: Promise<ApiIndex | undefined> | undefined;

/** The index of the packages' names; undefined where it cannot be had. It is loaded when it is first needed. */
export function loadApi(): Promise<ApiIndex | undefined> {
  loading ??= fetch('api.json').then(
    async (response) => (response.ok ? ((await response.json()) as ApiIndex) : undefined),
    () => undefined,
  );
  return loading;
}
