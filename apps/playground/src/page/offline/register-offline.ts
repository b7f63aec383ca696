/** Keeps the page for when there is no network. A browser may refuse, and an address without encryption that is not this machine does. */
export function registerOffline(): void {
  navigator.serviceWorker?.register('service-worker.js').catch(() => {});
}
