import { spawn } from 'node:child_process';

/** The program that opens an address, with its arguments; undefined where there is no screen. */
function opener(url: string): readonly [string, readonly string[]] | undefined {
  switch (process.platform) {
    case 'darwin':
      return ['open', [url]];
    case 'win32':
      return ['rundll32', ['url.dll,FileProtocolHandler', url]];
    default: {
      const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
      return DISPLAY || WAYLAND_DISPLAY || WSL_DISTRO_NAME ? ['xdg-open', [url]] : undefined;
    }
  }
}

/** Opens an address in the browser of the desktop. Where there is none, nothing happens: the address was printed. */
export function openBrowser(url: string): void {
  const found = opener(url);
  if (found === undefined) return;
  const [program, args] = found;
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
