import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { CodeCache } from './code-cache.ts';

/** Names of what a chunk is given: those of CommonJS, and what `build.mjs` makes of `import.meta.url` and of `import()`. */
const parameters = ['exports', 'require', 'module', '__filename', '__dirname', 'moduleUrl', 'loaded'];

type Exports = Record<string, unknown>;
interface Module {
  readonly exports: Exports;
}

type Chunk = (...given: readonly unknown[]) => void;

/** `./name.js`: how chunks name each other. */
const CHUNK = /^\.\/([\w-]+)\.js$/;

/**
 * Loads the chunks that the command line is built of, each when it is first asked for. A chunk is a CommonJS module, and takes itself
 * for the module that all of them were built for.
 */
export class ChunkLoader {
  readonly #folder: string;
  readonly #main: string;
  readonly #url: string;
  readonly #cache: CodeCache | undefined;
  readonly #require: NodeJS.Require;
  readonly #modules = new Map<string, Module>();
  /** Those that V8 had to compile. */
  readonly #compiled = new Map<string, Script>();

  /**
   * @param folder of the chunks.
   * @param main path of the module that they take themselves for.
   */
  constructor(folder: string, main: string, cache?: CodeCache) {
    this.#folder = folder;
    this.#main = main;
    this.#url = pathToFileURL(main).href;
    this.#cache = cache;
    this.#require = createRequire(main);
  }

  /** What a chunk exports; to one that needs it in turn, what it exports by then. */
  load(name: string): Exports {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    const module: Module = { exports: {} };
    this.#modules.set(name, module);
    const run: Chunk = this.#compile(name).runInThisContext();
    const require = (id: string): unknown => {
      const chunk = CHUNK.exec(id)?.[1];
      return chunk === undefined ? this.#require(id) : this.load(chunk);
    };
    const loaded = async (id: string): Promise<unknown> => (CHUNK.test(id) ? require(id) : import(id));
    run(module.exports, require, module, this.#main, dirname(this.#main), this.#url, loaded);
    return module.exports;
  }

  /** Keeps what V8 has compiled by now, functions that have run among it, for the processes to come. */
  keepCode(): void {
    if (this.#compiled.size === 0) return;
    this.#cache?.add(new Map([...this.#compiled].map(([name, script]) => [name, script.createCachedData()])));
    this.#compiled.clear();
  }

  #compile(name: string): Script {
    const filename = join(this.#folder, `${name}.cjs`);
    const source = `(function (${parameters.join()}) {${readFileSync(filename, 'utf8')}\n})`;
    const cachedData = this.#cache?.get(name);
    const script = new Script(source, {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (cachedData === undefined || script.cachedDataRejected) this.#compiled.set(name, script);
    return script;
  }
}
