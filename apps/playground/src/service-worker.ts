// Keeps the files of the page, all of one version, so that it works without a network. A newer version waits until no page of the older one
// is open: the files of two versions do not mix.
declare const self: ServiceWorkerGlobalScope;
/** Of the build: a hash of all files, and their names. */
declare const VERSION: string;
declare const FILES: readonly string[];

export {};

const prefix = 'kindling-playground-';
const cacheName = prefix + VERSION;
const addresses = new Set(['', ...FILES].map((file) => new URL(file, self.registration.scope).href));

async function keep(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll([...addresses].map((address) => new Request(address, { cache: 'no-cache' })));
}

async function dropOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((one) => one.startsWith(prefix) && one !== cacheName).map((one) => caches.delete(one)),
  );
  await self.clients.claim();
}

async function kept(request: Request, address: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(address)) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(keep()));
self.addEventListener('activate', (event) => event.waitUntil(dropOlder()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.hash = url.search = '';
  if (request.method === 'GET' && addresses.has(url.href)) event.respondWith(kept(request, url.href));
});
