import { sources } from 'kindling:programs';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { registerOffline } from './offline/register-offline.ts';
import { Playground } from './playground.ts';
import { KeptTexts } from './program/kept-texts.ts';
import { packageAddresses } from './program/package-addresses.ts';
import { ProgramWorker } from './run/program-worker.ts';
import { parseShareHash } from './share/share-link.ts';
import { App } from './view/app.tsx';
import { PlaygroundContext } from './view/context.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('expected an element with the id app');

const playground = new Playground({
  sources,
  kept: new KeptTexts(),
  addresses: packageAddresses(document.baseURI),
  languages: navigator.languages,
  startWorker: (onMessage, onFailure) => new ProgramWorker(onMessage, onFailure),
  sendToDashboard: (message) => {
    const frame = document.querySelector<HTMLIFrameElement>('#dashboard');
    frame?.contentWindow?.postMessage(message, location.origin);
  },
});
effect(() => {
  document.documentElement.lang = playground.language.value;
  document.title = playground.messages.value.title;
});
const openLink = async (): Promise<void> => {
  const program = await parseShareHash(location.hash);
  if (program !== undefined) playground.openShared(program);
};
addEventListener('hashchange', () => void openLink());
await openLink();
render(
  <PlaygroundContext.Provider value={playground}>
    <App />
  </PlaygroundContext.Provider>,
  root,
);
registerOffline();
