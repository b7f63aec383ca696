import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, parseOverrides, trainArgs } from '../src/cli/command-line.ts';

describe('commandLine', () => {
  it('runs a script in the program of the editor, as Node.js', () => {
    const place = { source: 'global', path: '/k/kindling.mjs', isScript: true, version: '1' } as const;
    expect(commandLine(place, ['devices'], '/editor')).toEqual({
      program: '/editor',
      args: ['/k/kindling.mjs', 'devices'],
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
    expect(commandLine({ ...place, isScript: false }, ['devices'], '/editor')).toEqual({
      program: '/k/kindling.mjs',
      args: ['devices'],
      env: {},
    });
  });
});

describe('trainArgs', () => {
  it('has what was asked for and nothing else', () => {
    expect(trainArgs({ experiment: 'xor' })).toEqual(['train', 'xor']);
    expect(trainArgs({ experiment: 'a.json', set: ['epochs=3', 'seed=1'], runDir: '/r/a' })).toEqual(
      'train a.json --set epochs=3 --set seed=1 --run-dir /r/a'.split(' '),
    );
    expect(trainArgs({ runDir: '/r/a', resume: true })).toEqual(['train', '--run-dir', '/r/a', '--resume']);
    expect(trainArgs({ experiment: 'xor', dryRun: true })).toEqual(['train', 'xor', '--dry-run']);
  });
});

describe('parseOverrides', () => {
  it('separates changes by spaces, and keeps those in quotes', () => {
    expect(parseOverrides('')).toEqual({ set: [] });
    expect(parseOverrides(`  optimizer.lr=0.01 epochs=5 `)).toEqual({
      set: ['optimizer.lr=0.01', 'epochs=5'],
    });
    expect(parseOverrides(`description="a \\"b\\" c" name='x y'`)).toEqual({
      set: ['description=a "b" c', 'name=x y'],
    });
    expect(parseOverrides('model[0].out=3 data.scale={"input":2} note=')).toEqual({
      set: ['model[0].out=3', 'data.scale={"input":2}', 'note='],
    });
  });

  it('names the first piece that is no change', () => {
    expect(parseOverrides('epochs=3 lr 0.1')).toEqual({ wrong: 'lr' });
    expect(parseOverrides('name="open')).toEqual({ wrong: 'name="open' });
  });

  it('gives back any values that were put into quotes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), (values) => {
        const text = values.map((one) => `a="${one.replaceAll(/["\\]/g, '\\$&')}"`).join(' ');
        expect(parseOverrides(text)).toEqual({ set: values.map((one) => `a=${one}`) });
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Object.keys(parseOverrides(text))).toHaveLength(1);
      }),
    );
  });
});
