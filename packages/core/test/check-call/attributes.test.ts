import { describe, expect, test } from 'vitest';
import { type Form, type Template, templates } from '../fuzz/good-calls.ts';
import { isTaken, resize } from './checked.ts';

describe('attributes', () => {
  const sizes = ['outer', 'length', 'inner', 'count', 'rows', 'classes', 'batch', 'm', 'n', 'k'];

  test('of another type are refused', () => {
    for (const [n, { attributes }] of templates().entries()) {
      for (const name of Object.keys(attributes)) {
        const wrongs = [null, undefined, typeof attributes[name] === 'string' ? 3 : 'x'];
        for (const wrong of name === 'parameters' ? [...wrongs, ['x']] : wrongs) {
          const call = templates()[n]!;
          call.attributes[name] = wrong;
          expect(isTaken(call), `${call.kind} ${name} ${wrong}`).toBe(false);
        }
      }
    }
  });

  test('that are sizes are whole, and those of the operands', () => {
    for (const [n, { attributes }] of templates().entries()) {
      for (const name of Object.keys(attributes).filter((key) => sizes.includes(key))) {
        const size = Number(attributes[name]);
        for (const wrong of [size + 1, size - 1, size + 0.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
          const call = templates()[n]!;
          call.attributes[name] = wrong;
          expect(isTaken(call), `${call.kind} ${name} ${wrong}`).toBe(false);
        }
      }
    }
  });

  test('that name an operation name one of the kind', () => {
    const taken = (kind: string, op: string): boolean => {
      const call = templates().find((template) => template.kind === kind)!;
      call.attributes.op = op;
      return isTaken(call);
    };
    expect(taken('unary', 'erf')).toBe(true);
    expect(taken('unary', 'add')).toBe(false);
    for (const op of ['add', 'lt', 'logicalAnd']) expect(taken('binary', op)).toBe(true);
    expect(taken('binary', 'exp')).toBe(false);
    for (const op of ['tanh', 'softplus']) expect(taken('activationBackward', op)).toBe(true);
    expect(taken('activationBackward', 'exp')).toBe(false);
    for (const op of ['min', 'max']) expect(taken('argReduce', op)).toBe(true);
    expect(taken('argReduce', 'sum')).toBe(false);
    for (const op of ['sum', 'prod', 'max', 'min']) expect(taken('reduce', op)).toBe(true);
    expect(taken('reduce', 'mean')).toBe(false);
    // They write bools.
    for (const op of ['any', 'all']) {
      expect(taken('reduce', op)).toBe(false);
      const call = templates().find(({ kind }) => kind === 'reduce')!;
      call.attributes.op = op;
      resize(call.outputs[0]!, call.outputs[0]!.shape, 'bool');
      expect(isTaken(call)).toBe(true);
    }
  });
});

describe('no elements', () => {
  const empty = (kind: string, attributes: object, ...shapes: readonly number[][]): Template => {
    const call = templates().find((template) => template.kind === kind)!;
    Object.assign(call.attributes, attributes);
    for (const [i, view] of [...call.outputs, ...call.inputs].entries()) resize(view as Form, shapes[i]!);
    return call;
  };

  test('are fine beside an axis, but not along one that is reduced', () => {
    expect(isTaken(empty('reduce', { outer: 0 }, [0, 2], [0, 3, 2]))).toBe(true);
    expect(isTaken(empty('reduce', { inner: 0 }, [2, 0], [2, 3, 0]))).toBe(true);
    expect(isTaken(empty('reduce', { length: 0 }, [2, 2], [2, 0, 2]))).toBe(false);
    expect(isTaken(empty('argReduce', { length: 0 }, [2, 2], [2, 0, 2]))).toBe(false);
    expect(isTaken(empty('softmax', { length: 0 }, [2, 0, 2], [2, 0, 2]))).toBe(false);
    for (const kind of ['cumsum', 'argsort'])
      expect(isTaken(empty(kind, { length: 0 }, [2, 0, 2], [2, 0, 2]))).toBe(true);
    expect(isTaken(empty('indexSelect', { count: 0 }, [2, 0, 2], [2, 3, 2], [0]))).toBe(true);
    expect(isTaken(empty('gather', { length: 0 }, [2, 4, 2], [2, 0, 2], [2, 4, 2]))).toBe(true);
    expect(isTaken(empty('mse', {}, [], [0], [0]))).toBe(true);
    expect(isTaken(empty('layerNorm', { rows: 0 }, [0, 3], [0], [0], [0, 3], [3], [3]))).toBe(true);
    expect(isTaken(empty('layerNorm', { length: 0 }, [4, 0], [4], [4], [4, 0], [0], [0]))).toBe(false);
    expect(isTaken(empty('crossEntropy', { rows: 0 }, [0], [0, 3], [], [0, 3], [0]))).toBe(true);
    expect(isTaken(empty('crossEntropy', { classes: 0 }, [4], [4, 0], [], [4, 0], [4]))).toBe(false);
  });

  test('in a product are fine but for the axis that is summed', () => {
    const product = (sizes: { batch?: number; m?: number; n?: number; k?: number }): Template => {
      const { batch = 2, m = 3, n = 5, k = 4 } = sizes;
      return empty('matmul', sizes, [batch, m, n], [batch, m, k], [batch, k, n], [n]);
    };
    for (const sizes of [{ batch: 0 }, { m: 0 }, { n: 0 }]) expect(isTaken(product(sizes))).toBe(true);
    expect(isTaken(product({ k: 0 }))).toBe(false);
  });
});

test('windows and groups have to fit', () => {
  const changed = (kind: string, attributes: object): Template => {
    const call = templates().find((template) => template.kind === kind)!;
    Object.assign(call.attributes, attributes);
    return call;
  };
  for (const kind of ['conv2d', 'conv2dBackwardInput', 'conv2dBackwardWeight']) {
    expect(isTaken(changed(kind, {}))).toBe(true);
    expect(isTaken(changed(kind, { paddingTop: 1000, dilationWidth: 7 }))).toBe(true);
    // What windows see outside of the image are zeros, so such sizes do no harm.
    expect(isTaken(changed(kind, { strideHeight: 2 ** 29 - 2 }))).toBe(true);
    expect(isTaken(changed(kind, { strideHeight: 2 ** 29 }))).toBe(false);
    expect(isTaken(changed(kind, { dilationWidth: 2 ** 30 }))).toBe(false);
    for (const name of ['groups', 'inChannels', 'outChannels', 'height', 'kernelWidth', 'outHeight']) {
      for (const size of [0, 1, 3, 5, 7, 8]) {
        if (templates().find((template) => template.kind === kind)!.attributes[name] === size) continue;
        expect(isTaken(changed(kind, { [name]: size })), `${kind} ${name} ${size}`).toBe(false);
      }
    }
  }
});
