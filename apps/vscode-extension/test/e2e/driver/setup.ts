import type { TestProject } from 'vitest/node';
import { CodeServer } from './code-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that all stories share, as far as they need it. */
    readonly server: { readonly url: string; readonly folder: string; readonly extensionFolder: string };
  }
}

/** Starts one server for all stories. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await CodeServer.start();
  const { url, folder, extensionFolder } = server;
  provide('server', { url, folder, extensionFolder });
  return () => server.stop();
}
