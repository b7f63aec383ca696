// What peers read in a page: the server that it comes from has the same.
const arrays = new Map<string, Uint8Array>();

async function responseOf(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`expected ${url} from the server, got ${response.status}`);
  return response;
}

/** Fetches files of arrays in place of those before; what peers ask for while they prepare a task has to be there. */
export async function fetchArrays(paths: readonly string[]): Promise<void> {
  const fetched = paths.map(async (path) => {
    const response = await responseOf(`/arrays?path=${encodeURIComponent(path)}`);
    return [path, new Uint8Array(await response.arrayBuffer())] as const;
  });
  const entries = await Promise.all(fetched);
  arrays.clear();
  for (const [path, bytes] of entries) arrays.set(path, bytes);
}

export function bytesOf(path: string): Uint8Array {
  const bytes = arrays.get(path);
  if (bytes === undefined) throw new Error(`expected ${path} to be fetched before it is read`);
  return bytes;
}

export const folderOf = (name: string): string => `/packages/${name}`;

export async function versionOf(name: string): Promise<string> {
  const response = await responseOf(`${folderOf(name)}/package.json`);
  return String(((await response.json()) as { version: unknown }).version);
}
