import { DeviceError } from './errors.ts';

/** An environment variable; undefined where it is not set, and where there are none, as in a browser. */
export const environment = (name: string): string | undefined =>
  typeof process === 'undefined' ? undefined : process.env?.[name];

/** Whether Node.js' own modules can be had by `process.getBuiltinModule`. */
export const hasNodeModules = (): boolean =>
  typeof process !== 'undefined' && process.getBuiltinModule !== undefined;

/**
 * Checks that Node.js' own modules can be had by `process.getBuiltinModule`. Code that needs them asks for them that way and not by
 * `import`, so that the rest loads in a browser.
 *
 * @throws DeviceError with `user`, what needs them, in other runtimes.
 */
export function assertNode(user: string): void {
  if (!hasNodeModules()) {
    throw new DeviceError(`${user}: expected Node.js 20.16 or newer, got another runtime`);
  }
}
