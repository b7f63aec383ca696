import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCreateRun } from '../src/editing/find-create-run.ts';
import { looksLikeExperimentModule } from '../src/editing/is-experiment.ts';

const door = "from '@kindling/train'";
/** What stands at the place that was found. */
const at = (text: string): string | undefined => {
  const offset = findCreateRun(text);
  return offset === undefined ? undefined : text.slice(offset, offset + 20).split('(')[0];
};

describe('findCreateRun', () => {
  it.each([
    [`import { createRun } ${door};\nconst run = await createRun({ name: 'a' });`, 'createRun'],
    [`import {\n  SGD,\n  createRun as begin,\n} from "@kindling/train";\nbegin ({ name });`, 'begin '],
    [`import * as train ${door};\nawait train.createRun();`, 'train.createRun'],
    [`import train from '@kindling/train/logger';\ntrain.createRun();`, 'train.createRun'],
    [`const { createRun } = await import('@kindling/train');\ncreateRun();`, 'createRun'],
    [`const { mse, createRun: open } = require("@kindling/train");\nopen();`, 'open'],
    [`const train = require('@kindling/train');\ntrain.createRun();`, 'train.createRun'],
    [`import {createRun} ${door}\nimport { mse } ${door}\n/* createRun() */ f(createRun(1))`, 'createRun'],
  ])('finds the call in %j', (text, name) => {
    expect(at(text)).toBe(name);
  });

  it.each([
    [`import { createRun } from './my-own.ts';\ncreateRun();`],
    [`import type { createRun } ${door};\ncreateRun();`],
    [`import { createRun } ${door};\nexport { createRun };`],
    [`import { createRun } ${door};\n// createRun()\nconst a = 'createRun()';\nconst b = \`createRun()\`;`],
    [`// import { createRun } ${door}\ncreateRun();`],
    [`import { mse } ${door};\nobject.createRun();`],
    [`import { createRun as begin } ${door};\ncreateRun();`],
    [`import { createRun } from '@kindling/trainer';\ncreateRun();`],
  ])('finds none in %j', (text) => {
    expect(findCreateRun(text)).toBeUndefined();
  });

  it('tells programs from experiments', () => {
    const program = `import { createRun } ${door};\nexport default async () => createRun({ name: 'a' });`;
    expect(looksLikeExperimentModule(program)).toBe(false);
    expect(looksLikeExperimentModule(`import type { ExperimentInput } ${door};\nexport default {};`)).toBe(
      true,
    );
  });

  it('takes any text, and the sources of the package quickly', () => {
    const pieces = fc.constantFrom(
      'import',
      '{',
      '}',
      'createRun',
      "'@kindling/train'",
      '`',
      '/*',
      '"',
      '(',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join(' ');
        const offset = findCreateRun(text) ?? 0;
        expect(offset).toBeLessThanOrEqual(text.length);
      }),
    );
    const folder = join(import.meta.dirname, '../../../packages/train/src/logger');
    for (const name of readdirSync(folder)) {
      expect(findCreateRun(readFileSync(join(folder, name), 'utf8')), name).toBeUndefined();
    }
  });
});
