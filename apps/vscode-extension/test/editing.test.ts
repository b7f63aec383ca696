import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Debounced } from '../src/editing/debounced.ts';
import {
  experimentName,
  isExperiment,
  isModule,
  looksLikeExperiment,
  looksLikeExperimentModule,
  MAX_EXPERIMENT,
} from '../src/editing/is-experiment.ts';
import { readProblems, replacement } from '../src/editing/problem.ts';

const root = join(import.meta.dirname, '..', '..', '..');

describe('looksLikeExperiment', () => {
  it('takes the built-in experiments, and none of the manifests and configurations', () => {
    const folder = join(root, 'experiments');
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
      expect(looksLikeExperiment(readFileSync(join(folder, name), 'utf8')), name).toBe(true);
    }
    for (const name of [
      'package.json',
      'biome.json',
      'turbo.json',
      'apps/cli/package.json',
      'tsconfig.base.json',
    ]) {
      expect(looksLikeExperiment(readFileSync(join(root, name), 'utf8')), name).toBe(false);
    }
  });

  it('takes one that is being typed', () => {
    expect(looksLikeExperiment('{ "name": "a", "data": "xor", "model": [], "epochs": ')).toBe(true);
    expect(looksLikeExperiment('{ "$schema": "../dist/experiment.schema.json", ')).toBe(true);
    expect(looksLikeExperiment('[1, 2]')).toBe(false);
  });

  it('tells modules that have one from others', () => {
    const module = "/** @type {import('@kindling/train').ExperimentInput} */\nexport default { name: 'b' };";
    expect(looksLikeExperimentModule(module)).toBe(true);
    expect(looksLikeExperimentModule('export default defineConfig({});')).toBe(false);
    expect(['a.ts', 'a.mjs', 'a.json', 'xor'].map(isModule)).toEqual([true, true, false, false]);
  });
});

describe('isExperiment', () => {
  it('goes by the name of the file too', () => {
    expect(isExperiment('/a/mine.experiment.json', '')).toBe(true);
    expect(isExperiment('/a/mine.json', '{ "name": "a" }')).toBe(false);
    expect(isExperiment('/a/experiment.json', '{ "name": "a" }')).toBe(false);
    expect(isExperiment('/a/mine.experiment.ts', 'export const a = 1;')).toBe(false);
    expect(isExperiment('/a/mine.experiment.json', 'x'.repeat(MAX_EXPERIMENT + 1))).toBe(false);
  });
});

describe('experimentName', () => {
  it('is what the text says, else what the file is called', () => {
    expect(experimentName('/a/b.json', '{ "name": "mine" }')).toBe('mine');
    expect(experimentName('/a/b.json', '{ "model": [{ "name": "layer" }], "name": "mine" }')).toBe('mine');
    expect(experimentName('/a/b.json', '{ "name": "mine", "model": ')).toBe('mine');
    expect(experimentName('/a/b.mjs', 'export default {\n  name: "mine",')).toBe('mine');
    expect(experimentName('/a/my own.json', '{ "name": "../x" }')).toBe('my-own');
    expect(experimentName('/a/mine.experiment.json', '')).toBe('mine');
    expect(experimentName('/a/한국.json', '')).toMatch(/^run-/);
  });

  it('is always a name that a folder may have', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, text) => {
        expect(experimentName(path, text)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
      }),
    );
  });
});

describe('readProblems', () => {
  const line = (record: object): string =>
    `${JSON.stringify({ type: 'problem', file: 'stdin', ...record })}\n`;

  it('counts from 0, and says a problem of several variants once', () => {
    const problem = {
      path: 'optimizer.type',
      message: 'expected one of "sgd", got "sdg"; did you mean "sgd"?',
      suggestion: 'sgd',
      start: { line: 31, column: 13 },
      end: { line: 31, column: 18 },
    };
    const output =
      line({ ...problem, variant: 'a' }) + line({ ...problem, variant: 'b' }) + '{"type":"checked"}\n';
    expect(readProblems(output)).toEqual([
      {
        message: `optimizer.type: ${problem.message}`,
        start: { line: 30, character: 12 },
        end: { line: 30, character: 17 },
        suggestion: 'sgd',
      },
    ]);
  });

  it('puts a problem without a place at the beginning', () => {
    expect(readProblems(line({ path: '', message: 'expected a model' }))).toEqual([
      {
        message: 'expected a model',
        start: { line: 0, character: 0 },
        end: { line: 0, character: 1 },
        suggestion: undefined,
      },
    ]);
  });

  it('passes over what is no problem', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readProblems(text)).toEqual([]);
      }),
    );
    expect(readProblems('{"type":"problem","path":3}\nnull\n[]\n{')).toEqual([]);
  });
});

describe('replacement', () => {
  it('is in quotes where the text is', () => {
    expect(replacement('"sdg"', 'sgd')).toBe('"sgd"');
    expect(replacement('sdg', 'sgd')).toBe('sgd');
  });
});

describe('Debounced', () => {
  it('does the last work of a key alone, and gives up what was begun', () => {
    vi.useFakeTimers();
    try {
      const debounced = new Debounced(300);
      const signals: AbortSignal[] = [];
      const work = (signal: AbortSignal): void => {
        signals.push(signal);
      };
      debounced.request('a', work);
      vi.advanceTimersByTime(200);
      debounced.request('a', work);
      debounced.request('b', work);
      vi.advanceTimersByTime(299);
      expect(signals).toHaveLength(0);
      vi.advanceTimersByTime(1);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
      debounced.request('a', work);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
      debounced.dispose();
      vi.advanceTimersByTime(1000);
      expect(signals).toHaveLength(2);
      expect(signals[1]!.aborted).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
