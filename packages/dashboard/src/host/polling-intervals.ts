/** How often files are looked at where no event announces changes, in milliseconds. */
export const POLL_MS = 1000;

/** The shortest time between two reads, and so between two messages of progress, in milliseconds. */
export const BATCH_MS = 100;

/** The shortest time between two messages of changed rows, in milliseconds: a page draws its table anew. */
export const ROWS_MS = 1000;
