import { decodeSafetensors, encodeSafetensors, nn, noGrad, tensor } from '@kindling/core';
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { registerDevice } from '../../src/backend/devices.ts';
import { referenceBackend } from '../../src/backend/reference/reference.ts';

/** A second device that counts the buffers it has handed out. */
let live = 0;
const far: Backend = {
  ...referenceBackend,
  name: 'apart',
  device: 'apart:0',
  allocate: (byteLength) => {
    live++;
    return referenceBackend.allocate(byteLength);
  },
  free: (handle) => {
    live--;
    referenceBackend.free(handle);
  },
};
registerDevice('apart', { engine: 'apart', open: () => far });

const build = () => new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3), new nn.Linear(3, 1));

test('a module moves with buffers and gradients, and an update by the parameters held before reaches it', () => {
  const model = build();
  const held = model.parameters();
  const x = tensor([
    [1, 2],
    [3, 5],
  ]);
  model.forward(x).square().sum().backward();
  model.to('apart');
  const devices = [...held, ...model.buffers(), ...held.map(({ grad }) => grad!)].map(({ device }) => device);
  expect(new Set(devices)).toEqual(new Set(['apart:0']));
  const before = model.forward(x.to('apart')).toArray();
  noGrad(() => {
    for (const parameter of held) parameter.add_(parameter.grad!.mul(-0.1));
  });
  expect(model.forward(x.to('apart')).toArray()).not.toEqual(before);
  expect(() => model.forward(x)).toThrow('expected all tensors on one device');
});

test('a module that moves on leaves nothing behind', () => {
  const before = live;
  const model = build().to('apart');
  expect(live).toBe(before + model.parameters().length + model.buffers().length);
  model.to('cpu');
  expect(live).toBe(before);
});

test('a state dict loads from another device, and a checkpoint onto one', () => {
  const source = build();
  const target = build().to('apart');
  const before = live;
  target.loadStateDict(source.stateDict());
  expect(live).toBe(before);
  expect(target.parameters().map((p) => [p.device, p.toArray()])).toEqual(
    source.parameters().map((p) => ['apart:0', p.toArray()]),
  );
  const { tensors } = decodeSafetensors(encodeSafetensors(target.stateDict()), { device: 'apart' });
  expect(tensors['0.weight']?.device).toBe('apart:0');
  expect(tensors['0.weight']?.toArray()).toEqual(source.stateDict()['0.weight']?.toArray());
});
