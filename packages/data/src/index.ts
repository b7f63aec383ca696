export { editDistance, nearestName } from './nearest-name.ts';
