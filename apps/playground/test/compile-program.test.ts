import { expect, test } from 'vitest';
import { compileProgram } from '../src/page/program/compile-program.ts';
import { withMissingName } from '../src/page/program/missing-name.ts';

const addresses = new Map([
  ['@kindling/core', 'http://page/core.js'],
  ['@kindling/train', 'http://page/train.js'],
]);

test('types go, lines stay, and packages have their addresses', () => {
  const program = [
    "import { type Tensor, tensor } from '@kindling/core';",
    "import type { Optimizer } from '@kindling/train';",
    'interface Row {',
    '  x: number;',
    '}',
    'const x: Tensor = tensor([1]) as Tensor;',
    "const train = await import('@kindling/train');",
    'export { Adam } from "@kindling/train";',
    "console.log(x!, train, '@kindling/core');",
  ].join('\n');
  const compiled = compileProgram(program, addresses);
  const lines = 'code' in compiled ? compiled.code.split('\n') : [];
  expect(lines).toHaveLength(9);
  expect(lines[0]).toMatch(/import \{ *tensor *\} from "http:\/\/page\/core\.js";/);
  expect(lines[1]).not.toContain('import');
  expect(lines[5]).toMatch(/^const x *= tensor\(\[1\]\) *;$/);
  expect(lines[6]).toBe('const train = await import("http://page/train.js");');
  expect(lines[7]).toBe('export { Adam } from "http://page/train.js";');
  expect(lines[8]).toBe("console.log(x, train, '@kindling/core');");
});

test('a mistake has its line', () => {
  expect(compileProgram('const a = 1;\nconst b = ;\n', addresses)).toEqual({
    problem: { message: 'SyntaxError: Unexpected token', line: 2 },
  });
});

test('a package that there is not is named, with those that there are', () => {
  expect(compileProgram("\nimport { readFile } from 'node:fs/promises';\nreadFile('x');", addresses)).toEqual(
    {
      problem: {
        message: "import: expected one of @kindling/core, @kindling/train, got 'node:fs/promises'",
        line: 2,
      },
    },
  );
});

test.each([
  "SyntaxError: The requested module 'http://page/core.js' does not provide an export named 'tensr'",
  "SyntaxError: The requested module 'http://page/core.js' doesn't provide an export named: 'tensr'",
  "SyntaxError: Importing binding name 'tensr' is not found.",
])('%s: the name has its line', (message) => {
  const program = "\nimport { tensor,\n  tensr } from '@kindling/core';";
  expect(withMissingName({ message }, program)).toEqual({
    message: "import: expected a name of the package, got 'tensr'",
    line: 3,
  });
  expect(withMissingName({ message: 'TypeError: none', line: 1 }, program)).toEqual({
    message: 'TypeError: none',
    line: 1,
  });
});
