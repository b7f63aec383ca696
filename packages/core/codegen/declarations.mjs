// The declarations of src/, which Node.js 20 cannot import as they are.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** What a file of src/ exports, with all that it imports. */
async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [join(source, path)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'silent',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}

/** Everything that headers are made from. */
export async function loadDeclarations() {
  const [
    { dtypes },
    { kernels, MAX_TENSORS },
    { opLists, opSubsets, predicates },
    { MAX_PARAMETERS, MAX_SPAN },
    { MAX_RANK, ...structs },
  ] = await Promise.all(
    [
      'dtype.ts',
      'backend/kernels.ts',
      'backend/kernels/op-lists.ts',
      'backend/kernels/declaration.ts',
      'backend/cuda/plan/parameters.ts',
    ].map(load),
  );
  return {
    dtypes: Object.keys(dtypes),
    kernels,
    opLists,
    opSubsets,
    predicates,
    structs,
    limits: { MAX_TENSORS, MAX_PARAMETERS, MAX_SPAN, MAX_RANK },
  };
}
