// For the other packages of Kindling; not part of the public interface.
export { writeFileAtomic } from './run/atomic-file.ts';
