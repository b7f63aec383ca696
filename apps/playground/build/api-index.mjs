// The names that programs can import, from the packages' declarations: what the editor completes.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { statements } from './statements.mjs';

const MAX_SIGNATURE = 240;
const MAX_DOC = 400;

const files = new Map();

/** The declarations of what a package calls `#name` in itself. */
function ownModule(folder, specifier) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest))
    return folder === dirname(folder) ? undefined : ownModule(dirname(folder), specifier);
  const file = JSON.parse(readFileSync(manifest, 'utf8')).imports?.[specifier]?.default;
  return file === undefined ? undefined : join(folder, file.replace(/\.js$/, '.d.ts'));
}

/** The declarations of a file by name, and what it takes from other files. */
function read(path) {
  const known = files.get(path);
  if (known !== undefined) return known;
  const text = readFileSync(path, 'utf8');
  const file = { declarations: new Map(), exports: new Map(), imports: new Map(), stars: [] };
  files.set(path, file);
  const resolve = (specifier) => {
    if (specifier.startsWith('.')) return join(dirname(path), specifier.replace(/\.[jt]s$/, '.d.ts'));
    return specifier.startsWith('#') ? ownModule(dirname(path), specifier) : undefined;
  };
  for (const { source, comment } of statements(text)) {
    if (/^import\b/.test(source)) readImport(file, source, resolve);
    else if (/^export\s+(?:type\s+)?[{*]/.test(source)) readExport(file, source, resolve);
    else declare(file, source, comment);
  }
  return file;
}

function readImport({ imports }, source, resolve) {
  const [, clause, specifier] = /^import\s+(.*?)\s+from\s+['"](.*?)['"]/s.exec(source) ?? [];
  if (clause === undefined) return;
  const path = resolve(specifier);
  const [, star] = /^\*\s+as\s+(\w+)/.exec(clause) ?? [];
  if (star !== undefined) imports.set(star, { path, isNamespace: true });
  for (const { name, alias } of named(clause)) imports.set(alias, { path, name });
}

function readExport(file, source, resolve) {
  const [, star, from] = /^export\s+\*(?:\s+as\s+(\w+))?\s+from\s+['"](.*?)['"]/.exec(source) ?? [];
  if (from !== undefined) {
    if (star === undefined) file.stars.push(resolve(from));
    else file.exports.set(star, { path: resolve(from), isNamespace: true });
    return;
  }
  const [, clause, specifier] =
    /^export\s+(?:type\s+)?(\{.*?\})(?:\s*from\s+['"](.*?)['"])?/s.exec(source) ?? [];
  for (const { name, alias } of named(clause ?? '')) {
    file.exports.set(alias, specifier === undefined ? { name } : { path: resolve(specifier), name });
  }
}

function named(clause) {
  const [, list = ''] = /\{(.*)\}/s.exec(clause) ?? [];
  return list
    .split(',')
    .map((item) => /^\s*(?:type\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(item))
    .filter((match) => match !== null)
    .map(([, name, alias = name]) => ({ name, alias }));
}

const head =
  /^(export\s+)?(?:declare\s+)?(?:abstract\s+)?(function|class|interface|type|const|let|var)\s+([\w$]+)/;

function declare(file, source, comment) {
  const [start, isExported, word, name] = head.exec(source) ?? [];
  if (name === undefined) return;
  const kind = word === 'let' || word === 'var' ? 'const' : word;
  const list = file.declarations.get(name) ?? [];
  list.push({
    kind,
    isExported: isExported !== undefined,
    rest: source.slice(start.length),
    doc: docText(comment),
  });
  file.declarations.set(name, list);
}

/** The first paragraph of a comment. */
function docText(comment) {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''));
  const [first = ''] = lines
    .join('\n')
    .trim()
    .split(/\n\s*\n|\n(?=@|Source:)/);
  const plain = first
    .replace(/\{@link\s+([^}]*)\}/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.startsWith('@') ? '' : cut(plain, MAX_DOC);
}

const cut = (text, length) => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);
const oneLine = (text) =>
  cut(
    text
      .replace(/\/\*.*?\*\//gs, '')
      .replace(/import\("[^"]*"\)\./g, '')
      .replace(/\s+/g, ' ')
      .trim(),
    MAX_SIGNATURE,
  );

/** The declarations that a file exports by a name: followed through the files that it takes them from. */
function lookUp(path, name, seen = new Set()) {
  const key = `${path}|${name}`;
  if (path === undefined || seen.has(key)) return undefined;
  seen.add(key);
  const file = read(path);
  const from = file.exports.get(name);
  if (from?.path !== undefined)
    return from.isNamespace ? { namespace: from.path } : lookUp(from.path, from.name, seen);
  const local = from?.name ?? name;
  const imported = file.imports.get(local);
  if (imported !== undefined) {
    return imported.isNamespace ? { namespace: imported.path } : lookUp(imported.path, imported.name, seen);
  }
  const declarations = file.declarations.get(local);
  if (declarations !== undefined) return { declarations, path };
  for (const star of file.stars) {
    const found = lookUp(star, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names that a file exports. */
function exportedNames(path) {
  const file = read(path);
  const own = [...file.declarations].filter(([, [{ isExported }]]) => isExported);
  return new Set([
    ...file.exports.keys(),
    ...own.map(([name]) => name),
    ...file.stars.flatMap((star) => [...exportedNames(star)]),
  ]);
}

/** The index of some packages. @param doors the declarations of each package's door, by its name */
export function apiIndex(doors) {
  const types = {};
  const packages = {};

  const entriesOf = (path) =>
    [...exportedNames(path)]
      .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
      .flatMap((name) => entryOf(path, name) ?? []);

  function entryOf(path, name) {
    const found = lookUp(path, name);
    if (found === undefined || !('declarations' in found || found.namespace !== undefined)) return undefined;
    if (found.namespace !== undefined) {
      types[name] ??= entriesOf(found.namespace);
      return { name, kind: 'namespace', signature: '', doc: '' };
    }
    const { declarations } = found;
    const main = declarations.find(({ kind }) => kind === 'class') ?? declarations[0];
    const doc = declarations.map((one) => one.doc).find((one) => one !== '') ?? '';
    if (main.kind === 'interface' || main.kind === 'type') return { name, kind: 'type', signature: '', doc };
    if (main.kind === 'class') {
      addType(name, found);
      return { name, kind: 'class', signature: constructorOf(found) ?? '()', doc, type: name };
    }
    const signature = oneLine(main.rest);
    const kind = main.kind === 'const' ? 'constant' : 'function';
    return { name, kind, signature, doc, ...typed(signature, path, found.path) };
  }

  /** What a call returns, if it is a class or interface of ours; its members come along. */
  function typed(signature, ...paths) {
    const [, text] =
      /(?:\)|^)\s*(?::|=>)\s*(?:Promise<)?(?:\w+\.)?([A-Z]\w*)(?:<[^()]*>)?>?$/.exec(signature) ?? [];
    if (text === undefined) return {};
    for (const path of paths) {
      const found = lookUp(path, text) ?? local(path, text);
      if (found?.declarations !== undefined) {
        addType(text, found);
        return text in types ? { type: text } : {};
      }
    }
    return {};
  }

  const local = (path, name) => {
    const declarations = read(path).declarations.get(name);
    return declarations === undefined ? undefined : { declarations, path };
  };

  function addType(name, { declarations, path }) {
    if (name in types) return;
    types[name] = [];
    const members = new Map();
    for (const declaration of declarations) {
      for (const member of inherited(declaration, path)) members.set(member.name, member);
      for (const member of membersOf(declaration)) {
        if (!members.has(member.name) || !member.isOverload) members.set(member.name, member);
      }
    }
    types[name] = [...members.values()]
      .map(({ isOverload, path: from = path, ...member }) => ({
        ...member,
        ...typed(member.signature, from),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  function inherited({ rest }, path) {
    const [, list = ''] = /\bextends\s+([^{]*)\{/.exec(rest) ?? [];
    return list
      .replace(/<[^>]*>/g, '')
      .split(',')
      .map((name) => name.replace(/\bimplements\b.*/s, '').trim())
      .filter((name) => /^\w+$/.test(name))
      .flatMap((name) => {
        const found = lookUp(path, name);
        return (found?.declarations ?? []).flatMap((one) => [
          ...inherited(one, found.path),
          ...membersOf(one).map((member) => ({ ...member, path: found.path })),
        ]);
      });
  }

  function constructorOf({ declarations, path }) {
    for (const { rest } of declarations) {
      const own = bodyOf(rest).find(({ source }) => source.startsWith('constructor('));
      if (own !== undefined) return oneLine(own.source.slice('constructor'.length));
      const [, base] = /\bextends\s+(\w+)/.exec(rest) ?? [];
      const above = base === undefined ? undefined : lookUp(path, base);
      const found = above?.declarations === undefined ? undefined : constructorOf(above);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  for (const [name, path] of Object.entries(doors)) packages[name] = entriesOf(path);
  return { packages, types };
}

const bodyOf = (rest) =>
  rest.includes('{') ? statements(rest.slice(rest.indexOf('{') + 1, rest.lastIndexOf('}'))) : [];

/** The public members of a class or interface, as they are written. */
function membersOf({ kind, rest }) {
  if (kind !== 'class' && kind !== 'interface') return [];
  const members = [];
  for (const { source, comment } of bodyOf(rest)) {
    if (/^(?:private|protected|static|constructor|set\s|#)/.test(source)) continue;
    const [, modifiers = '', name, signature = ''] =
      /^((?:get\s|readonly\s|abstract\s|override\s)*)([A-Za-z_]\w*)\??(.*)$/s.exec(source) ?? [];
    if (name === undefined || signature.startsWith('[')) continue;
    const isMethod = /^[(<]/.test(signature) && !modifiers.includes('get');
    members.push({
      name,
      kind: isMethod ? 'method' : 'property',
      signature: oneLine(
        isMethod ? signature.replace(/\(this: \w+(?:, )?/, '(') : signature.replace(/^\(\)/, ''),
      ),
      doc: docText(comment),
      isOverload: members.some((member) => member.name === name),
    });
  }
  return members;
}
