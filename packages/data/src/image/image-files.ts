import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { byCodePoint } from '../code-point-order.ts';
import { DataError } from '../data-error.ts';
import { describeSystemError } from '../system-error.ts';

/** Names of files that are read. */
const read = ['.png', '.jpg', '.jpeg'];

/** Names of images that are not: a file of such a name is no file to pass over. */
const unread = ['.bmp', '.gif', '.heic', '.pgm', '.ppm', '.tif', '.tiff', '.webp', '.avif'];

/** The images of a folder whose folders are classes. */
export interface ClassFiles {
  /** Names of the folders, by code point. */
  readonly classes: readonly string[];
  readonly files: readonly { readonly path: string; readonly label: number }[];
}

/**
 * The images below each folder of a folder, class by class, in the order in which `torchvision.datasets.ImageFolder` lists them. Other files
 * are passed over.
 *
 * @throws DataError where there are no folders, a folder has no images, and for images in a format that is not read.
 */
export async function listClassFiles(path: string): Promise<ClassFiles> {
  const entries = await entriesOf(path);
  const classes = entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  if (classes.length === 0) {
    throw new DataError({
      place: path,
      expected: 'a folder for each class',
      got: 'a folder without folders',
    });
  }
  const files: { path: string; label: number }[] = [];
  for (const [label, name] of classes.entries()) {
    const below = await foldersBelow(join(path, name), []);
    const before = files.length;
    for (const folder of below.sort(byCodePoint)) {
      for (const { name, isFolder } of await entriesOf(folder)) {
        if (!isFolder && isImage(join(folder, name))) files.push({ path: join(folder, name), label });
      }
    }
    if (files.length > before) continue;
    throw new DataError({
      place: join(path, name),
      expected: `images of the class ${name} (${read.join(', ')})`,
      got: 'none',
    });
  }
  return { classes, files };
}

/** @throws DataError for an image that is not read. */
function isImage(path: string): boolean {
  const extension = extname(path).toLowerCase();
  if (!unread.includes(extension)) return read.includes(extension);
  const hint = 'convert it to PNG';
  throw new DataError({ place: path, expected: 'a PNG or JPEG image', got: `a file ${extension}`, hint });
}

/** A folder and all below it; links are followed, but never into a folder that they are in. */
async function foldersBelow(path: string, above: readonly string[]): Promise<string[]> {
  const real = await realpath(path);
  if (above.includes(real)) return [];
  const folders = (await entriesOf(path)).filter(({ isFolder }) => isFolder);
  const below = await Promise.all(
    folders.map(({ name }) => foldersBelow(join(path, name), [...above, real])),
  );
  return [path, ...below.flat()];
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What is in a folder, by code point. */
async function entriesOf(path: string): Promise<readonly Entry[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const known = entries.map(async (entry): Promise<Entry> => {
      const isFolder = entry.isSymbolicLink()
        ? await stat(join(path, entry.name)).then(
            (target) => target.isDirectory(),
            () => false,
          )
        : entry.isDirectory();
      return { name: entry.name, isFolder };
    });
    return (await Promise.all(known)).sort((a, b) => byCodePoint(a.name, b.name));
  } catch (cause) {
    throw new DataError({ place: path, expected: 'a folder', got: describeSystemError(cause) }, { cause });
  }
}
