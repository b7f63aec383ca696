import { parser } from '@lezer/javascript';
import { transform } from 'sucrase';
import type { Problem } from '../../protocol.ts';

/** A program as JavaScript, with its lines where they were, or what is wrong with it. */
export type CompiledProgram = { readonly code: string } | { readonly problem: Problem };

/**
 * Takes the types out of a program, and puts addresses in the place of the names of packages: a worker has no import map.
 *
 * @param addresses The address of each package that programs may import.
 */
export function compileProgram(source: string, addresses: ReadonlyMap<string, string>): CompiledProgram {
  let code: string;
  try {
    code = transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      preserveDynamicImport: true,
      production: true,
    }).code;
  } catch (error) {
    return { problem: syntaxProblem(error) };
  }
  return resolveImports(code, addresses);
}

function syntaxProblem(error: unknown): Problem {
  const { message, loc } = error as Error & { readonly loc?: { readonly line: number } };
  const text = message.replace(/^Error transforming[^:]*: /, '').replace(/ \(\d+:\d+\)$/, '');
  return { message: `SyntaxError: ${text}`, line: loc?.line };
}

function resolveImports(code: string, addresses: ReadonlyMap<string, string>): CompiledProgram {
  const pieces: string[] = [];
  let end = 0;
  for (const { from, to } of specifiers(code)) {
    const name = code.slice(from + 1, to - 1);
    const address = addresses.get(name);
    if (address === undefined) {
      const known = [...addresses.keys()].join(', ');
      const line = code.slice(0, from).split('\n').length;
      return { problem: { message: `import: expected one of ${known}, got '${name}'`, line } };
    }
    pieces.push(code.slice(end, from), JSON.stringify(address));
    end = to;
  }
  return { code: pieces.join('') + code.slice(end) };
}

interface Place {
  readonly from: number;
  readonly to: number;
}

const importing = new Set(['ImportDeclaration', 'ExportDeclaration', 'DynamicImport']);

/** Where the specifiers of imports are, with their quotes, in their order. */
function specifiers(code: string): Place[] {
  const found: Place[] = [];
  parser
    .configure({ dialect: 'ts' })
    .parse(code)
    .iterate({
      enter: ({ name, node }) => {
        if (!importing.has(name)) return;
        const specifier = node.getChild('String');
        if (specifier !== null) found.push({ from: specifier.from, to: specifier.to });
      },
    });
  return found;
}
