import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { linspace, loadSafetensors, manualSeed, type nn, noGrad } from '@kindling/core';
import { describe, expect, test } from 'vitest';
import { LeNet, ResNet, resnet18, resnet34 } from '../../src/index.ts';

interface Saved {
  readonly input: readonly number[];
  readonly output: readonly (readonly number[])[];
}

/** By PyTorch 2.15 and safetensors, as `tools/golden/zoo.py` records them. */
const reference: {
  readonly lenet: Saved;
  readonly resnet: Saved;
  readonly resnet18: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly first: readonly number[];
    readonly abs: number;
  }[];
} = JSON.parse(readFileSync(new URL('../fixtures/zoo/zoo.json', import.meta.url), 'utf8'));

const file = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/zoo/${name}.safetensors`, import.meta.url));

const small = (): ResNet => new ResNet([1, 2, 1, 1], { width: 4, numClasses: 5 });

describe("PyTorch's own weights", () => {
  test.each<['lenet' | 'resnet', () => nn.Module]>([
    ['lenet', () => new LeNet()],
    ['resnet', small],
  ])('of %s are loaded by name, and give what they give there', async (name, build) => {
    const { input, output } = reference[name];
    const { tensors } = await loadSafetensors(file(name));
    const model = build();
    expect(model.loadStateDict(tensors)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(Object.keys(model.stateDict()).sort()).toEqual(Object.keys(tensors).sort());
    const size = input.reduce((product, each) => product * each, 1);
    const x = linspace(-1, 1, size).sin().reshape(input);
    const found = noGrad(() => model.eval().forward(x)).toArray() as number[][];
    found.forEach((row, i) => {
      expect(row).toEqual(output[i]!.map((value) => expect.closeTo(value, 4)));
    });
  });

  test('of another model are refused with the names', async () => {
    const { tensors } = await loadSafetensors(file('lenet'));
    expect(() => small().loadStateDict(tensors)).toThrow('layer1.0.conv1.weight');
  });
});

test('ResNet-18 begins with the weights of torchvision’s', () => {
  manualSeed(3);
  const state = resnet18({ width: 8 }).stateDict();
  for (const { name, shape, first, abs } of reference.resnet18) {
    const parameter = state[name]!;
    expect(parameter.shape, name).toEqual(shape);
    const values = parameter.data();
    expect([...values.subarray(0, first.length)], name).toEqual(first.map(Math.fround));
    let sum = 0;
    for (const value of values) sum += Math.abs(value);
    expect(Math.abs(sum - abs), name).toBeLessThanOrEqual(1e-6 * abs);
  }
});

test('ResNet-34 has 36 convolutions, each with a normalization, and a linear layer', () => {
  expect(resnet34({ width: 2, numClasses: 3 }).parameters()).toHaveLength(36 + 2 * 36 + 2);
});

test.each<[() => unknown, string]>([
  [() => new ResNet([1, 2] as never), 'ResNet: expected four numbers of blocks, got'],
  [() => new ResNet([1, 0, 1, 1]), 'ResNet: expected blocks[1]'],
  [() => resnet18({ numClasses: 0 }), 'ResNet: expected numClasses'],
  [
    () => resnet18({ classes: 3 } as never),
    'ResNet: expected options among numClasses, width, got "classes"',
  ],
  [() => new LeNet({ numClasses: 1.5 }), 'LeNet: expected numClasses'],
])('%s is refused', (build, message) => {
  expect(build).toThrow(message);
});
