import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeFileAtomic } from '@kindling/train/internal';
import * as z from 'zod';

/** Most bytes of a file that are sent. */
export const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Files of a run: its documents, its log, pictures and weights. */
const isOfRun = (path: string): boolean =>
  /^(experiment|config|summary)\.json$|^events\.jsonl$|^curve\.\w+$|^checkpoints\/[\w.-]+$/.test(path);

const packedSchema = z.object({
  files: z.array(z.object({ path: z.string().refine(isOfRun), content: z.base64() })),
});

/** The files of a run as bytes; those over {@link MAX_FILE_BYTES} are left out and named. */
export function packRun(folder: string): { readonly bytes: Buffer; readonly leftOut: readonly string[] } {
  const leftOut: string[] = [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => isOfRun(path) && statSync(join(folder, path)).isFile())
    .flatMap((path) => {
      if (statSync(join(folder, path)).size <= MAX_FILE_BYTES)
        return [{ path, content: readFileSync(join(folder, path)).toString('base64') }];
      leftOut.push(path);
      return [];
    });
  return { bytes: gzipSync(JSON.stringify({ files })), leftOut };
}

/**
 * Writes the files of a run into a folder, each at once or not at all. The experiment comes last: a folder that has one is a run.
 *
 * @throws ZodError for bytes that hold anything but a run.
 */
export function unpackRun(bytes: Buffer, folder: string): void {
  const text = gunzipSync(bytes, { maxOutputLength: 2 ** 30 }).toString('utf8');
  const { files } = packedSchema.parse(JSON.parse(text));
  const ordered = files.toSorted(
    (a, b) => Number(a.path === 'experiment.json') - Number(b.path === 'experiment.json'),
  );
  for (const { path, content } of ordered) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileAtomic(target, Buffer.from(content, 'base64'));
  }
}
