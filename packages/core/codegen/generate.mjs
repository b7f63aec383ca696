// Writes the headers that the native engine and the CUDA kernels take from the declarations in src/: node codegen/generate.mjs
//
// The builds of both do so first. They are not kept with the sources; npm packages have those of the native engine, so that it can be built
// where this script is not.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codesHeader } from './codes.mjs';
import { loadDeclarations } from './declarations.mjs';
import { parametersHeader } from './parameters.mjs';
import { attributesHeader, recordsHeader } from './records.mjs';

const core = dirname(dirname(fileURLToPath(import.meta.url)));

/** Replaces a file at once, and only where the text is another one: several builds may run side by side. */
function write(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

export async function generateHeaders() {
  const declarations = await loadDeclarations();
  const native = join(core, 'native', 'src', 'generated');
  write(join(native, 'codes.h'), codesHeader(declarations));
  write(join(native, 'attributes.h'), attributesHeader(declarations));
  write(join(native, 'records.h'), recordsHeader(declarations));
  const cuda = join(core, 'cuda', 'generated');
  write(join(cuda, 'codes.cuh'), codesHeader(declarations));
  write(join(cuda, 'parameters.cuh'), parametersHeader(declarations));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await generateHeaders();
