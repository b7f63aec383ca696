import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, whether its sources run or what was built of them. */
export const packageRoot = (function find(dir: string): string {
  return existsSync(join(dir, 'package.json')) ? dir : find(dirname(dir));
})(import.meta.dirname);

/** The folder of the whole workspace. */
export const checkoutRoot = dirname(packageRoot);
