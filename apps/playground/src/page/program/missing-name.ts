import type { Problem } from '../../protocol.ts';

/** What browsers say of an import that a module has not, each in its words: the name is in quotes behind `named` or `name`. */
const missing = /\b(?:export named:?|binding name) '([^']+)'/;

/** A problem of a name that no imported package has, said with its line; any other as it is. */
export function withMissingName(problem: Problem, program: string): Problem {
  const name = missing.exec(problem.message)?.[1];
  if (name === undefined || problem.line !== undefined) return problem;
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`);
  const line = program.split('\n').findIndex((text) => word.test(text)) + 1;
  return {
    message: `import: expected a name of the package, got '${name}'`,
    ...(line === 0 ? {} : { line }),
  };
}
