import { setTimeout as pauseFor } from 'node:timers/promises';

/** Within this time a run that is there has been seen, in milliseconds: the feed looks each second. */
const LOOK_MS = 10_000;

/** The end of a process, and where it has left something, as a short training may, the time in which that is seen. */
export async function afterExit(ended: Promise<unknown>, hasLeft: () => boolean): Promise<void> {
  await ended;
  if (hasLeft()) await pauseFor(LOOK_MS);
}
