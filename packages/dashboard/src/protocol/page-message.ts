import { runNotesSchema } from '@kindling/train/events';
import * as z from 'zod';

/** Raised where messages change so that an older page or host would misread them. */
export const PROTOCOL_VERSION = 1;

/** The version that the other side speaks; another one is named with what was expected. */
export const protocolVersion = z.literal(PROTOCOL_VERSION, {
  error: ({ input }) =>
    `expected protocol version ${PROTOCOL_VERSION}, got ${String(input)}: page and host are of different versions of Kindling`,
});

/** What can be done with a run. A host offers those that it can do and is permitted to do. */
export const actionNames = ['stop', 'resume', 'delete', 'reveal'] as const;

/** Longest problem that a page reports, in characters. */
export const MAX_REPORT = 1000;

/** Numbers a request; its answer bears the same number. */
const request = z.int().min(0);
const run = z.string().min(1);

/** What a page sends. */
export const pageMessageSchema = z.discriminatedUnion('type', [
  /** The page is there and holds nothing: the answer is a snapshot. */
  z.object({ type: z.literal('ready'), version: protocolVersion }),
  /** The progress of these runs and no others is wanted from now on; of one that was not followed, from its beginning. */
  z.object({ type: z.literal('follow'), runs: z.array(run).max(1000) }),
  z.object({ type: z.literal('act'), request, action: z.enum(actionNames), run }),
  /** What went wrong in the page, as what its policy has kept from loading: for the log of the host. */
  z.object({ type: z.literal('report'), problem: z.string().min(1).max(MAX_REPORT) }),
  /** Notes and tags replace those that the run has. */
  z.object({ type: z.literal('annotate'), request, run, ...runNotesSchema.shape }),
]);

export type PageMessage = z.output<typeof pageMessageSchema>;
export type ActionName = (typeof actionNames)[number];
