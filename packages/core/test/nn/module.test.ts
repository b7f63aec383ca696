import { ArgumentError, DTypeError, nn, ones, scope, Tensor, tensor, zeros } from '@kindling/core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { expectSame } from './same.ts';

/** Everything a module can hold, with parameters behind modules to show the order. */
class Zoo extends nn.Module {
  readonly encoder = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
  readonly layers = [new nn.Linear(3, 3), [new nn.Linear(3, 1, { bias: false })]] as const;
  readonly heads = { policyHead: new nn.Linear(3, 2), other: 'text' };
  readonly inScale = new nn.Parameter(ones([2]));
  readonly weights = [new nn.Parameter(zeros([1]))];
  readonly runningTotal = new nn.Buffer(zeros([1]));
  readonly cache = new nn.Buffer(zeros([2]), { persistent: false });
  readonly plain = ones([5]);
  readonly missing: nn.Parameter | undefined = undefined;
  readonly name = 'zoo';

  forward(x: Tensor): Tensor {
    return this.encoder.forward(x.mul(this.inScale));
  }
}

describe('what a module holds', () => {
  test('is found in properties, arrays and plain objects, under the names PyTorch has for them', () => {
    const zoo = new Zoo();
    expect(Object.keys(zoo.stateDict())).toEqual([
      'in_scale',
      'weights.0',
      'running_total',
      'encoder.0.weight',
      'encoder.0.bias',
      'layers.0.weight',
      'layers.0.bias',
      'layers.1.0.weight',
      'heads.policyHead.weight',
      'heads.policyHead.bias',
    ]);
    expect(zoo.namedParameters().map(([name]) => name)).toEqual(
      Object.keys(zoo.stateDict()).filter((name) => name !== 'running_total'),
    );
    expect(zoo.namedBuffers().map(([name]) => name)).toEqual(['running_total', 'cache']);
    expect(zoo.parameters()[0]).toBe(zoo.inScale);
    expectSame(zoo.buffers(), [zoo.runningTotal, zoo.cache]);
  });

  test('is listed as children, and as modules from the top down', () => {
    const zoo = new Zoo();
    expect(zoo.namedChildren().map(([name]) => name)).toEqual([
      'encoder',
      'layers.0',
      'layers.1.0',
      'heads.policyHead',
    ]);
    expectSame(zoo.children(), [zoo.encoder, zoo.layers[0], zoo.layers[1][0], zoo.heads.policyHead]);
    expect(zoo.namedModules().map(([name]) => name)).toEqual([
      '',
      'encoder',
      'encoder.0',
      'encoder.1',
      'layers.0',
      'layers.1.0',
      'heads.policyHead',
    ]);
    expect(zoo.modules()[0]).toBe(zoo);
  });

  test.each([
    ['runningMean', 'running_mean'],
    ['numBatchesTracked', 'num_batches_tracked'],
    ['fc1', 'fc1'],
    ['fc1Out', 'fc1_out'],
    ['inQKV', 'in_qkv'],
    ['useRNNCell', 'use_rnn_cell'],
    ['W1', 'W1'],
    ['already_snake', 'already_snake'],
  ])('a property %s is named %s', (property, name) => {
    class Holder extends nn.Module {
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    const holder = Object.assign(new Holder(), { [property]: new nn.Parameter(zeros([1])) });
    expect(holder.namedParameters().map(([key]) => key)).toEqual([name]);
  });

  test('may be assigned later, replaced and deleted', () => {
    class Late extends nn.Module {
      layer: nn.Linear | undefined;
      forward(x: Tensor): Tensor {
        return this.layer?.forward(x) ?? x;
      }
    }
    const late = new Late();
    expect(late.parameters()).toEqual([]);
    late.layer = new nn.Linear(1, 1);
    expectSame(late.parameters(), [late.layer.weight, late.layer.bias]);
    late.layer = undefined;
    expect(late.parameters()).toEqual([]);
  });

  test('counts once where it is shared, and is in the state dict under each name', () => {
    class Tied extends nn.Module {
      readonly first = new nn.Linear(2, 2);
      readonly second = this.first;
      readonly weight = this.first.weight;
      forward(x: Tensor): Tensor {
        return this.second.forward(this.first.forward(x));
      }
    }
    const tied = new Tied();
    expect(tied.namedParameters().map(([name]) => name)).toEqual(['weight', 'first.bias']);
    expect(tied.modules()).toHaveLength(2);
    expect(Object.keys(tied.stateDict())).toEqual([
      'weight',
      'first.weight',
      'first.bias',
      'second.weight',
      'second.bias',
    ]);
  });

  test('must not have two properties of one name, or hold itself', () => {
    class Clash extends nn.Module {
      readonly inScale = new nn.Parameter(zeros([1]));
      readonly in_scale = new nn.Parameter(zeros([1]));
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    expect(() => new Clash().parameters()).toThrow(
      new ArgumentError('Clash: expected one property for each name, got two for in_scale'),
    );
    class Loop extends nn.Module {
      child: nn.Module | undefined;
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    const loop = new Loop();
    const inner = new Loop();
    loop.child = inner;
    inner.child = loop;
    expectSame(loop.modules(), [loop, inner]);
    expect(() => loop.stateDict()).toThrow(
      new ArgumentError(
        'stateDict: expected a tree of modules, got a module that contains itself as child.child',
      ),
    );
  });
});

describe('parameters and buffers', () => {
  test('a parameter is a leaf that requires grad and shares its data', () => {
    const data = tensor([1, 2]);
    const parameter = new nn.Parameter(data);
    expect(parameter).toBeInstanceOf(Tensor);
    expect([parameter.isLeaf, parameter.requiresGrad, data.requiresGrad]).toEqual([true, true, false]);
    data.fill_(7);
    expect(parameter.toArray()).toEqual([7, 7]);
    expect(new nn.Parameter(data, { requiresGrad: false }).requiresGrad).toBe(false);
    expect(parameter.mul(2)).not.toBeInstanceOf(nn.Parameter);
    expect(String(parameter)).toMatch(/^Parameter containing:\ntensor\(\[7\., 7\.\], .*requiresGrad=true\)$/);
  });

  test('a parameter of the result of an operation starts a new graph', () => {
    const source = tensor([1, 2], { requiresGrad: true });
    const parameter = new nn.Parameter(source.mul(2));
    parameter.sum().backward();
    expect(parameter.grad?.toArray()).toEqual([1, 1]);
    expect(source.grad).toBeNull();
  });

  test('a parameter of integers is refused unless it needs no grad', () => {
    const indices = tensor([1, 2], { dtype: 'int32' });
    expect(() => new nn.Parameter(indices)).toThrow(DTypeError);
    expect(new nn.Parameter(indices, { requiresGrad: false }).dtype).toBe('int32');
  });

  test('they outlive the scope they are made in', () => {
    const [layer, buffer] = scope(() => {
      const made = [new nn.Linear(2, 2), new nn.Buffer(ones([2]))] as const;
      return { made };
    }).made;
    expect(layer.forward(ones([1, 2])).shape).toEqual([1, 2]);
    expect(buffer.toArray()).toEqual([1, 1]);
  });
});

describe('modes and gradients', () => {
  test('train and eval reach every module below', () => {
    const zoo = new Zoo();
    expect(zoo.training).toBe(true);
    expect(zoo.eval()).toBe(zoo);
    expect(zoo.modules().map(({ training }) => training)).not.toContain(true);
    expect(zoo.train().modules()).toHaveLength(7);
    expect(zoo.modules().map(({ training }) => training)).not.toContain(false);
    expect(zoo.train(false).encoder.at(0)?.training).toBe(false);
  });

  test('zeroGrad lets go of gradients, or fills them with 0', () => {
    const layer = new nn.Linear(2, 1);
    layer.forward(ones([1, 2])).backward();
    const before = layer.weight.grad!;
    layer.zeroGrad({ setToNone: false });
    expect(layer.weight.grad?.toArray()).toEqual([[0, 0]]);
    expect(before.toArray()).toEqual([[0, 0]]);
    layer.zeroGrad();
    expect([layer.weight.grad, layer.bias?.grad]).toEqual([null, null]);
    layer.zeroGrad({ setToNone: false });
    expect(layer.weight.grad).toBeNull();
  });

  test('requiresGrad_ freezes and unfreezes', () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 1));
    expect(model.at(0)?.requiresGrad_(false)).toBe(model.at(0));
    model.forward(ones([1, 2])).backward();
    expect(model.parameters().map(({ grad }) => grad === null)).toEqual([true, true, false, false]);
    expect(
      model
        .requiresGrad_()
        .parameters()
        .map(({ requiresGrad }) => requiresGrad),
    ).not.toContain(false);
  });
});

describe('Sequential', () => {
  test('passes through its layers in order; an empty one gives back its input', () => {
    const layers = [new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1)];
    const model = new nn.Sequential(...layers);
    const x = ones([4, 2]);
    const byHand = layers.reduce((hidden: Tensor, layer) => layer.forward(hidden), x);
    expect(model.forward(x).toArray()).toEqual(byHand.toArray());
    expectSame([...model], layers);
    expectSame([model.at(0), model.at(1), model.at(-1)], layers);
    expect([model.length, model.at(3)]).toEqual([3, undefined]);
    expect(new nn.Sequential().forward(x)).toBe(x);
  });

  test('takes modules of tensor to tensor only, which the types say', () => {
    class Pair extends nn.Module<[Tensor, Tensor]> {
      forward(a: Tensor, b: Tensor): Tensor {
        return a.add(b);
      }
    }
    expectTypeOf<Pair>().not.toExtend<nn.Module>();
    expectTypeOf<Pair>().toExtend<nn.AnyModule>();
    expectTypeOf(nn.Sequential).toBeConstructibleWith(new nn.ReLU());
    expect(new Pair().forward(ones([1]), ones([1])).toArray()).toEqual([2]);
  });
});
