import { Journal } from './journal.ts';
import { openStorage } from './open-storage.ts';
import { Volume } from './volume.ts';

export const journal = new Journal(openStorage);

/** The files of runs. */
export const volume = new Volume(journal);
