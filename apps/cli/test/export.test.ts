import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSafetensors } from '@kindling/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { kindling } from './process/in-process.ts';
import { jsonLines, newFolder } from './process/kindling.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await newFolder();
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${100 * Math.sin(i)},${1000 + 3 * i}`);
  writeFileSync(join(cwd, 'a.csv'), `a,b,y\n${rows.join('\n')}\n`);
  const experiment = {
    name: 'numbers',
    data: { source: 'csv', path: 'a.csv', scale: { input: 0.01, target: 0.001 } },
    model: [{ type: 'linear', out: 6 }, 'tanh', { type: 'linear', out: 1 }],
    loss: 'mse',
    optimizer: { type: 'adam', lr: 0.01 },
    epochs: 20,
  };
  writeFileSync(join(cwd, 'numbers.json'), JSON.stringify(experiment));
  const small = ['--set', 'data.train=64', '--set', 'data.test=32', '--epochs', '2'];
  for (const args of [['numbers.json'], ['digits', ...small]]) {
    const { code, stderr } = await kindling(['train', ...args], { cwd });
    expect(code, stderr).toBe(0);
  }
});

describe('export to ONNX', () => {
  test('gives the predictions of kindling predict, in the units of the data', async () => {
    const made = await kindling(['export', 'numbers', '-o', 'numbers.onnx', '--json'], { cwd });
    expect(made.code, made.stderr).toBe(0);
    expect(jsonLines(made.stdout)).toMatchObject([
      {
        type: 'exported',
        run: 'numbers',
        format: 'onnx',
        opset: 17,
        inputShape: [2],
        inputs: ['a', 'b'],
        outputs: ['y'],
      },
    ]);
    expect(readFileSync(join(cwd, 'numbers.onnx'), 'latin1')).toContain('kindling');
    const predicted = await kindling(['predict', 'numbers', 'a.csv', '--json'], { cwd });
    const lines = jsonLines(predicted.stdout) as {
      input: Record<string, number>;
      prediction: { y: number };
    }[];
    const session = await InferenceSession.create(join(cwd, 'numbers.onnx'));
    const flat = lines.flatMap(({ input }) => [input.a!, input.b!]);
    const { output } = await session.run({
      input: new Tensor('float32', Float32Array.from(flat), [lines.length, 2]),
    });
    expect(output!.dims).toEqual([40, 1]);
    lines.forEach(({ prediction }, i) => {
      expect(Number(output!.data[i])).toBeCloseTo(prediction.y, 2);
    });
  });

  test('of a classifier gives the scores before the softmax', async () => {
    const { code, stdout } = await kindling(['export', 'digits', '-o', 'digits.onnx'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^ {2}input {3}\[batch, 784\] float32/m)]);
    const session = await InferenceSession.create(join(cwd, 'digits.onnx'));
    const { output } = await session.run({
      input: new Tensor('float32', new Float32Array(3 * 784), [3, 784]),
    });
    expect(output!.dims).toEqual([3, 10]);
  });
});

test('export to safetensors writes the weights of the checkpoint', async () => {
  const { code } = await kindling(['export', 'digits', '--checkpoint', 'last', '-o', 'w.safetensors'], {
    cwd,
  });
  expect(code).toBe(0);
  const last = join(cwd, 'runs', 'digits', 'checkpoints', 'last.safetensors');
  expect(readFileSync(join(cwd, 'w.safetensors')).equals(readFileSync(last))).toBe(true);
  expect(Object.keys((await loadSafetensors(join(cwd, 'w.safetensors'))).tensors)).toContain('0.weight');
});

test.each([
  [['export', 'digits'], 'export: expected -o, --output <file>, got nothing'],
  [
    ['export', 'digits', '-o', 'x.pt'],
    '--output: expected a file that ends in .onnx or .safetensors, got "x.pt"',
  ],
  [['export', 'digtis', '-o', 'x.onnx'], 'did you mean "digits"?'],
])('%j is a usage error', async (args, message) => {
  expect(await kindling(args, { cwd })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(message),
  });
});
