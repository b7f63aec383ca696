// What packages that read files without an engine need of this one: nothing else comes with it. Not for programs.
export { ArgumentError, FormatError, formatShape, KindlingError } from './errors.ts';
export { nearestName } from './nearest-name.ts';
