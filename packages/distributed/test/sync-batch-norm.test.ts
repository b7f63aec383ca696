import { manualSeed, nn, randn, type Tensor } from '@kindling/core';
import { destroyProcessGroup, initProcessGroup, SyncBatchNorm } from '@kindling/distributed';
import { describe, expect, test } from 'vitest';

/** Batch normalizations in each place that a module can hold them in, one of them twice. */
class Net extends nn.Module {
  readonly input = new nn.BatchNorm1d(2);
  readonly layers = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3), this.input);
  readonly list = new nn.ModuleList([new nn.BatchNorm2d(4, { eps: 1e-3, momentum: null })]);
  readonly dict = new nn.ModuleDict({ norm: new nn.BatchNorm1d(5, { affine: false }) });
  readonly plain = { deep: [new nn.BatchNorm1d(6, { trackRunningStats: false })] };
  readonly other = new nn.LayerNorm([7]);

  override forward(x: Tensor): Tensor {
    return this.input.forward(x);
  }
}

describe('convertSyncBatchnorm', () => {
  test('replaces batch normalizations wherever a module holds them, and keeps their tensors', () => {
    const net = new Net().eval();
    const before = { ...net.stateDict() };
    const parameters = net.parameters();
    const { input } = net;
    expect(SyncBatchNorm.convertSyncBatchnorm(net)).toBe(net);
    const norms = net.modules().filter((module) => module instanceof SyncBatchNorm);
    expect(norms.map(({ numFeatures }) => numFeatures)).toEqual([2, 3, 4, 5, 6]);
    expect(net.input).not.toBe(input);
    expect(net.layers.at(2)).toBe(net.input);
    expect(net.modules().some((module) => module instanceof nn.BatchNorm1d)).toBe(false);
    expect(norms.every(({ training }) => !training)).toBe(true);
    expect(Object.keys(net.stateDict())).toEqual(Object.keys(before));
    expect(net.parameters().every((parameter, i) => parameter === parameters[i])).toBe(true);
    expect(net.buffers()[0]).toBe(input.runningMean);
    expect(norms[2]).toMatchObject({ eps: 1e-3, momentum: null });
    expect(SyncBatchNorm.convertSyncBatchnorm(net).input).toBe(norms[0]);
  });

  test('of a batch normalization itself is another module', () => {
    const own = new nn.BatchNorm2d(3);
    const norm = SyncBatchNorm.convertSyncBatchnorm(own);
    expect(norm).toBeInstanceOf(SyncBatchNorm);
    expect(norm.weight).toBe(own.weight);
    expect(String(norm)).toBe(
      'SyncBatchNorm(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)',
    );
  });

  test('expects a module', () => {
    expect(() => SyncBatchNorm.convertSyncBatchnorm('net' as never)).toThrow(
      'convertSyncBatchnorm: expected a module, got "net"',
    );
  });
});

describe('SyncBatchNorm', () => {
  test.each([false, true])('of a process alone is BatchNorm, in a group: %s', (isInGroup) => {
    if (isInGroup) initProcessGroup();
    manualSeed(1);
    const [norm, expected] = [new SyncBatchNorm(3), new nn.BatchNorm2d(3)];
    const x = randn([4, 3, 2, 2]);
    expect(norm.forward(x).toArray()).toEqual(expected.forward(x).toArray());
    expect(norm.runningVar!.toArray()).toEqual(expected.runningVar!.toArray());
    norm.eval();
    expected.eval();
    expect(norm.forward(x).toArray()).toEqual(expected.forward(x).toArray());
    if (isInGroup) destroyProcessGroup();
  });

  test('says what it expects', () => {
    const norm = new SyncBatchNorm(3);
    expect(() => norm.forward(randn([4]))).toThrow(
      'SyncBatchNorm: expected an input of shape [N, 3, …], got [4]',
    );
    expect(() => norm.forward(randn([4, 2]))).toThrow('expected an input of shape [N, 3, …], got [4, 2]');
    expect(() => norm.forward(3 as never)).toThrow('SyncBatchNorm: expected the input to be a tensor, got 3');
    expect(() => norm.forward(randn([1, 3]))).toThrow('expected more than 1 value per channel');
    expect(() => new SyncBatchNorm(3, { eps: 'x' } as never)).toThrow('SyncBatchNorm: expected eps');
    expect(() => new SyncBatchNorm(3, { processGroup: 1 } as never)).toThrow('processGroup');
  });
});
