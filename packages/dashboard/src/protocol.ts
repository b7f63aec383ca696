// What the page and its hosts say to each other. It imports neither Node.js nor the page.
export { type ColumnBlock, encodeColumn } from './protocol/column-block.ts';
export {
  type Answer,
  type HostMessage,
  hostMessageSchema,
  type Progress,
  type RunsMessage,
  type Snapshot,
} from './protocol/host-message.ts';
export { formatHostMessage } from './protocol/message-text.ts';
export {
  type ActionName,
  actionNames,
  MAX_REPORT,
  type PageMessage,
  PROTOCOL_VERSION,
  pageMessageSchema,
} from './protocol/page-message.ts';
export { type RunRow, type RunRowState, runRowSchema } from './protocol/run-row.ts';
