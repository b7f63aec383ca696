import { expect, test } from 'vitest';
import { cos, log, sin } from '../../src/random/libm.ts';
import { log1p } from '../../src/random/log1p.ts';
import { NumpyRandomState } from '../../src/random/numpy-random-state.ts';
import { expectPacked, fixture, type Packed } from './expected.ts';

interface Case {
  readonly function: 'log' | 'log1p' | 'sin' | 'cos';
  readonly argument: string;
  readonly values: Packed;
}

const functions = { log, log1p, sin, cos };

const args: Record<string, (u: number) => number> = {
  '1 - u': (u) => 1 - u,
  '1 - u / 16': (u) => 1 - u / 16,
  'u * u': (u) => u * u,
  '1 + u * 300': (u) => 1 + u * 300,
  '-u': (u) => -u,
  '-u / 16': (u) => -u / 16,
  '-u * 2**-19': (u) => -u * 2 ** -19,
  '-u * 2**-28': (u) => -u * 2 ** -28,
  '-1 + u * 2**-20': (u) => -1 + u * 2 ** -20,
  '-0.5 - (u - 0.5) * 2**-19': (u) => -0.5 - (u - 0.5) * 2 ** -19,
  '2 * pi * u': (u) => 2 * Math.PI * u,
  'u / 8': (u) => u / 8,
  'pi + u / 1e3': (u) => Math.PI + u / 1e3,
  'pi / 2 + u / 1e3': (u) => Math.PI / 2 + u / 1e3,
};

const { cases } = fixture<{ cases: readonly Case[] }>('libm');

test.each(cases)("$function($argument) has every bit of glibc's", ({ function: name, argument, values }) => {
  const u = new NumpyRandomState(1).rand(100000);
  expectPacked(
    u.map((x) => functions[name](args[argument]!(x))),
    values,
  );
});

test('rounding errors that plain arithmetic, or another branch, would show', () => {
  expect([0.676899867319303, 0.259429235758148, 0.2792691336700498].map(log)).toEqual([
    -0.3902319234798517, -1.3492713081377303, -1.2755793253136551,
  ]);
  expect([0.8552416651605895, 0.85497988088101].map(cos)).toEqual([0.6560361370766978, 0.6562336909080351]);
});

test('the ends of the intervals', () => {
  expect(log(1)).toBe(0);
  expect(log(2 ** -53)).toBe(-36.7368005696771);
  expect([log1p(-0), log1p(-0.5), log1p(2 ** -53 - 1)]).toEqual([-0, -Math.LN2, -36.7368005696771]);
  expect([sin(0), cos(0)]).toEqual([0, 1]);
  expect([sin(Math.PI / 2), cos(Math.PI / 2)]).toEqual([1, 6.123233995736766e-17]);
  expect([sin(2 * Math.PI), cos(2 * Math.PI)]).toEqual([-2.4492935982947064e-16, 1]);
});
