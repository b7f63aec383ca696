import { describe, expect, test } from 'vitest';
import { calibrate } from '../src/measure/calibrate.ts';

const effort = { sample: 0.1, longestSample: 2 };

/** A clock that only goes as fast as steps are taken: the first `cold` steps cost ten times as much. */
function machine(perStep: number, cold = 0) {
  const calls: number[] = [];
  let taken = 0;
  const step = async (count: number): Promise<number> => {
    calls.push(count);
    const coldSteps = Math.max(0, Math.min(count, cold - taken));
    taken += count;
    return perStep * (count + 9 * coldSteps);
  };
  return { step, calls, total: () => taken };
}

describe('calibrate', () => {
  test.each([1e-7, 3e-6, 1e-4, 0.02])('finds how many steps of %d s make a sample', async (perStep) => {
    const { step } = machine(perStep);
    const { count, perStep: found } = await calibrate(step, effort);
    expect(count * perStep).toBeGreaterThan(0.09);
    expect(count * perStep).toBeLessThan(0.11);
    expect(found).toBeCloseTo(perStep, 12);
  });

  test('finds it by a clock that is coarse', async () => {
    const { step } = machine(3e-6);
    const coarse = async (count: number) => Math.floor(1e4 * (await step(count))) / 1e4;
    const { count } = await calibrate(coarse, effort);
    expect(count * 3e-6).toBeGreaterThan(0.09);
    expect(count * 3e-6).toBeLessThan(0.11);
  });

  test('takes long steps one by one, and few of them', async () => {
    const { step, calls } = machine(0.5);
    expect((await calibrate(step, effort)).count).toBe(1);
    expect(calls).toEqual([1, 1, 1, 1]);
  });

  test('is not misled by the first steps, in which code is compiled', async () => {
    const { step } = machine(1e-5, 500);
    const { count } = await calibrate(step, effort);
    expect(count).toBeGreaterThan(9_000);
    expect(count).toBeLessThan(11_000);
  });

  test('is not misled by a first step that takes longer than a sample', async () => {
    let cold = 1;
    const { count, perStep } = await calibrate(async (steps) => {
      const seconds = cold + 1e-3 * steps;
      cold = 0;
      return seconds;
    }, effort);
    expect(count).toBe(100);
    expect(perStep).toBeCloseTo(1e-3, 12);
  });

  test('warms up for several samples, and never takes many more steps than fit one', async () => {
    const { step, calls, total } = machine(1e-5);
    await calibrate(step, effort);
    expect(total() * 1e-5).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...calls)).toBeLessThanOrEqual(10_000);
  });

  test('waits for a compiler that makes steps faster little by little', async () => {
    let taken = 0;
    const { perStep } = await calibrate(async (count) => {
      const seconds = count * (1e-3 + 4e-3 * Math.exp(-taken / 100));
      taken += count;
      return seconds;
    }, effort);
    expect(perStep).toBeLessThan(1.1e-3);
  });

  test('has enough of steps that get faster without end', async () => {
    let seconds = 0;
    await calibrate(async (count) => {
      const spent = (count * 1e-3) / (1 + seconds);
      seconds += spent;
      return spent;
    }, effort);
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(3);
  });

  test('gives up a step that takes too long', async () => {
    const { step } = machine(3);
    await expect(calibrate(step, effort)).rejects.toMatchObject({
      message: 'too slow',
      detail: 'a step takes 3.0 s',
    });
  });
});
