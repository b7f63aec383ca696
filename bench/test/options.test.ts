import { describe, expect, test } from 'vitest';
import { parseOptions, UsageError } from '../src/options.ts';
import { selectWorkloads, UnknownNameError } from '../src/selection.ts';
import { workloads } from '../src/workloads/workloads.ts';

describe('parseOptions', () => {
  test('defaults', () => {
    expect(parseOptions([])).toEqual({
      only: [],
      peers: [],
      runs: 9,
      quick: false,
      json: false,
      markdown: false,
      list: false,
      help: false,
      out: undefined,
      from: undefined,
      charts: undefined,
    });
  });

  test('lists, numbers and flags', () => {
    const options = parseOptions([
      '--only',
      'xor, matmul-1t',
      '--peers=kindling,pytorch',
      '--runs',
      '5',
      '--json',
      '--out=a.json',
    ]);
    expect(options).toMatchObject({
      only: ['xor', 'matmul-1t'],
      peers: ['kindling', 'pytorch'],
      runs: 5,
      json: true,
      out: 'a.json',
    });
  });

  test('Markdown, of a file', () => {
    expect(parseOptions(['--markdown', '--from', 'a.json', '--charts', 'here'])).toMatchObject({
      markdown: true,
      from: 'a.json',
      charts: 'here',
    });
    expect(() => parseOptions(['--markdown', '--json'])).toThrow('expected --json or --markdown, got both');
  });

  test('--quick takes fewer samples, unless told how many', () => {
    expect(parseOptions(['--quick']).runs).toBe(3);
    expect(parseOptions(['--quick', '--runs=7']).runs).toBe(7);
  });

  test.each(['0', '-1', '1.5', 'many', ''])('refuses %j runs', (runs) => {
    expect(() => parseOptions([`--runs=${runs}`])).toThrow(UsageError);
    expect(() => parseOptions([`--runs=${runs}`])).toThrow(/--runs: expected an integer of at least 1/);
  });

  test('refuses what it does not know, and says what was probably meant', () => {
    expect(() => parseOptions(['--fast'])).toThrow(UsageError);
    expect(() => parseOptions(['xor'])).toThrow(UsageError);
    expect(() => parseOptions(['--peers', 'pytorc'])).toThrow(
      '--peers: expected a known name, got "pytorc"; did you mean pytorch?',
    );
  });
});

describe('selectWorkloads', () => {
  const all = workloads('python3');
  const names = (...only: string[]) => selectWorkloads(all, only).map(({ name }) => name);

  test('names of workloads are unique, and none is that of a group', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const groups = new Set(all.map(({ group }) => group));
    expect(all.filter(({ name }) => groups.has(name))).toEqual([]);
  });

  test('no names choose all', () => {
    expect(names()).toHaveLength(all.length);
  });

  test('a name, a group, a beginning; in the order of the table, each once', () => {
    expect(names('xor')).toEqual(['xor']);
    expect(names('memory')).toEqual(all.filter(({ group }) => group === 'memory').map(({ name }) => name));
    expect(names('mnist-64*', 'xor', 'mnist-64')).toEqual([
      'xor',
      'mnist-64',
      'mnist-64-epoch',
      'mnist-64-epoch-gather',
    ]);
  });

  test('the limit of what is chosen comes with it', () => {
    expect(names('matmul-512-2t')).toEqual(['fma-2t', 'matmul-512-2t']);
    const known = new Set(all.map(({ name }) => name));
    const limits = all.map((each) => (each.measure === 'steps' ? each.limit : undefined));
    expect(limits.filter((limit) => limit !== undefined && !known.has(limit))).toEqual([]);
  });

  test('an unknown name is an error that helps', () => {
    expect(() => names('xr')).toThrow(UnknownNameError);
    expect(() => names('diabetis')).toThrow(
      '--only: expected a known name, got "diabetis"; did you mean diabetes?',
    );
    expect(() => names('nothing*')).toThrow(UnknownNameError);
  });
});
