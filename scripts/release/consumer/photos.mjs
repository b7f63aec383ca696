// A dataset in a module of its own, for the workers of workers.mjs.
import { fileURLToPath } from 'node:url';
import { imageFolder, randomHorizontalFlip } from '@kindling/data';

export default await imageFolder(fileURLToPath(new URL('photos', import.meta.url)), {
  transform: randomHorizontalFlip(),
});
