// What serves runs to pages, in Node.js: the extension of an editor and `kindling board` use it. No engine comes with it.
export { deleteRun, type RunActions, stopRun } from './host/actions.ts';
export type { PageSession, Send } from './host/page-session.ts';
export { RunFeed, type RunFeedOptions } from './host/run-feed.ts';
