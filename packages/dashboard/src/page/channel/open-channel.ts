import { BrowserChannel } from './browser-channel.ts';
import { FrameChannel } from './frame-channel.ts';
import type { HostChannel } from './host-channel.ts';
import { type WebviewApi, WebviewChannel } from './webview-channel.ts';

declare const acquireVsCodeApi: (() => WebviewApi) | undefined;

/** The channel to the host that shows this page. @param root The element that the page is drawn in. */
export function openChannel(root: HTMLElement): HostChannel {
  if (typeof acquireVsCodeApi === 'function') return new WebviewChannel(acquireVsCodeApi(), root.dataset);
  if (parent !== window) return new FrameChannel(parent);
  return new BrowserChannel(new URLSearchParams(location.search).get('token') ?? '');
}
