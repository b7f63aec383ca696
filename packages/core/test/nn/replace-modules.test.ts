import { nn, type Tensor } from '@kindling/core';
import { replaceModules } from '@kindling/core/internal';
import { expect, test } from 'vitest';

class Net extends nn.Module {
  readonly shared = new nn.Linear(1, 1);
  readonly layers = new nn.Sequential(this.shared, new nn.ReLU());
  readonly byName = new nn.ModuleDict({ relu: new nn.ReLU(), linear: new nn.Linear(1, 2) });
  readonly plain = { list: [[new nn.ReLU()], this.shared] as const, text: 'relu', none: null };

  override forward(x: Tensor): Tensor {
    return this.layers.forward(x);
  }
}

test('modules are replaced where they are held, each asked for once', () => {
  const net = new Net();
  const { shared } = net;
  const asked: unknown[] = [];
  const result = replaceModules(net, (module) => {
    asked.push(module);
    return module instanceof nn.ReLU ? new nn.Tanh() : module;
  });
  expect(result).toBe(net);
  expect(new Set(asked).size).toBe(asked.length);
  expect(net.modules().map((module) => module.constructor.name)).toEqual([
    'Net',
    'Linear',
    'Sequential',
    'Tanh',
    'ModuleDict',
    'Tanh',
    'Linear',
    'Tanh',
  ]);
  expect(net.layers.at(0)).toBe(shared);
  expect(net.plain.list[1]).toBe(shared);
});

test('what replaces the module itself is the result, and is not looked into', () => {
  const inner = new nn.Sequential(new nn.ReLU());
  const result = replaceModules(new nn.ReLU(), (module) => (module instanceof nn.ReLU ? inner : module));
  expect(result).toBe(inner);
  expect(inner.at(0)).toBeInstanceOf(nn.ReLU);
});
