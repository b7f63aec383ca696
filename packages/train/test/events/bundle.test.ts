import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** Bytes, gzipped: zod's parsers are nearly all of it. */
const MAX_GZIPPED = 36_000;

const bundle = (format: 'esm' | 'iife') =>
  build({
    entryPoints: [fileURLToPath(new URL('../../src/events.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    globalName: 'events',
    platform: 'browser',
    conditions: ['@kindling/source'],
    logLevel: 'silent',
  });

test('the door for readers bundles for a browser, small and without anything of Node.js or of core', async () => {
  const { outputFiles, metafile, warnings } = await bundle('esm');
  expect(warnings).toEqual([]);
  const inputs = Object.keys(metafile.inputs);
  const foreign = inputs.filter((path) => !path.includes('/src/events') && !path.startsWith('src/events'));
  expect(foreign.filter((path) => !/node_modules\/zod\//.test(path))).toEqual([]);
  const [{ text, contents }] = outputFiles as [(typeof outputFiles)[0]];
  expect(text).not.toMatch(/node:|require\(/);
  expect(gzipSync(contents).length).toBeLessThan(MAX_GZIPPED);
});

test('a page whose policy forbids code from text reads a log without an attempt at it', async () => {
  const { outputFiles } = await bundle('iife');
  const page = createContext(
    { document: {}, TextDecoder, TextEncoder },
    { codeGeneration: { strings: false, wasm: false } },
  );
  const read = runInContext(
    `
    let attempts = 0;
    Function = function () { attempts++; throw new EvalError('forbidden'); };
    ${outputFiles[0]!.text}
    const columns = new events.RunColumns();
    const reader = new events.EventReader(columns);
    reader.push('{"type":"run-started","run":"a","config":{},"time":1}\\n');
    reader.push('{"type":"step","step":0,"epoch":0,"loss":0.5,"time":2}\\nnonsense\\n');
    [attempts, columns.steps.loss[0], columns.started.run, reader.skipped].join(' ')
    `,
    page,
  );
  expect(read).toBe('0 0.5 a 1');
});
