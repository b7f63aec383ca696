import { getDefaultDevice, nn, ones, type Tensor, tensor } from '@kindling/core';
import { describe, expect, test } from 'vitest';

class Net extends nn.Module {
  layers = new nn.ModuleList([new nn.Linear(2, 3), new nn.ReLU()]);
  heads = new nn.ModuleDict({ a: new nn.Linear(3, 1) });
  scales = new nn.ParameterList([new nn.Parameter(ones([1]))]);

  forward(x: Tensor): Tensor {
    const hidden = [...this.layers].reduce((h, layer) => layer.forward(h), x);
    return this.heads.get('a')!.forward(hidden).mul(this.scales.at(0)!);
  }
}

test('containers register what they hold by PyTorch names', () => {
  const net = new Net().to(getDefaultDevice());
  expect(Object.keys(net.stateDict())).toEqual([
    'layers.0.weight',
    'layers.0.bias',
    'heads.a.weight',
    'heads.a.bias',
    'scales.0',
  ]);
  expect(net.forward(ones([4, 2], { device: getDefaultDevice() })).shape).toEqual([4, 1]);
  net.layers.append(new nn.Tanh()).insert(0, new nn.Identity()).extend([new nn.Sigmoid()]);
  expect([net.layers.length, String(net.layers.at(-1))]).toEqual([5, 'Sigmoid()']);
  net.heads.set('b', new nn.Tanh());
  expect([[...net.heads.keys()], net.heads.size, net.heads.has('c')]).toEqual([['a', 'b'], 2, false]);
  expect([...net.heads.values()].length + [...net.heads].length + net.scales.length).toBe(5);
  expect(String(new nn.ModuleDict({ x: new nn.ReLU() }))).toBe('ModuleDict(\n  (x): ReLU()\n)');
});

test('containers refuse what is no module, and to be called', () => {
  expect(() => new nn.ModuleList([3 as never])).toThrow('ModuleList: expected a module, got 3');
  expect(() => new nn.ModuleDict({ 'a.b': new nn.ReLU() })).toThrow(
    'ModuleDict: expected a name without dots',
  );
  expect(() => new nn.ParameterList([ones([1]) as never])).toThrow('ParameterList: expected a parameter');
  expect(() => new nn.ModuleList().forward()).toThrow('ModuleList: expected its modules to be called');
});

test('parameters by name', () => {
  const parameter = (): nn.Parameter => new nn.Parameter(ones([2]));
  const scales = new nn.ParameterDict({ a: parameter() }).set('b', parameter());
  expect([Object.keys(scales.stateDict()), scales.size]).toEqual([['a', 'b'], 2]);
  expect([scales.get('a') === scales.parameters()[0], scales.has('c')]).toEqual([true, false]);
  expect(() => scales.set('c', ones([1]) as never)).toThrow('ParameterDict: expected a parameter');
  expect(() => scales.set('a.b', parameter())).toThrow('ParameterDict: expected a name without dots');
});

describe('hooks of a module', () => {
  const input = (): Tensor => tensor([[1, -1]], { device: getDefaultDevice() });

  test('see inputs and outputs, and may replace them', () => {
    const layer = new nn.ReLU();
    const seen: unknown[] = [];
    const before = layer.registerForwardPreHook((_, [x]) => [(x as Tensor).neg()]);
    const after = layer.registerForwardHook((module, inputs, output) => {
      seen.push([module === layer, inputs.length, output.toArray()]);
    });
    const double = layer.registerForwardHook((_module, _inputs, output) => output.mul(2));
    expect(new nn.Sequential(layer).forward(input()).toArray()).toEqual([[0, 2]]);
    expect(seen).toEqual([[true, 1, [[0, 1]]]]);
    for (const handle of [before, after, double]) handle.remove();
    expect(layer.forward(input()).toArray()).toEqual([[1, 0]]);
    expect(String(layer)).toBe('ReLU()');
    expect(() => layer.registerForwardHook(1 as never)).toThrow(
      'registerForwardHook: expected hook to be a function',
    );
  });

  test('apply reaches every module, the outermost last', () => {
    const names: string[] = [];
    const model = new nn.Sequential(new nn.Sequential(new nn.ReLU()), new nn.Tanh());
    expect(model.apply((module) => void names.push(module.constructor.name))).toBe(model);
    expect(names).toEqual(['ReLU', 'Sequential', 'Tanh', 'Sequential']);
  });
});
