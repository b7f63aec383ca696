import { expect, test, vi } from 'vitest';
import type { NativeBackend } from '../../src/backend/native/native.ts';
import { WasmHeap } from '../../src/backend/wasm/heap.ts';
import {
  compile,
  dynamicScalar,
  dynamicTensor,
  empty,
  full,
  keep,
  manualSeed,
  noGrad,
  rand,
  type Tensor,
  tensor,
} from '../../src/index.ts';
import { heldBytes } from '../held-bytes.ts';

const MIB = 2 ** 20;

const heap = (tensor([0]).storage.backend as NativeBackend).library.heap as WasmHeap;

let evictions = 0;

/** Moves all memory out: no call is running whose memory would have to stay. What comes back does so elsewhere. */
function evict(): void {
  heap.beginCall();
  heap.evict();
  expect(heap.reserved).toBe(0);
  evictions++;
  heap.create(64 * (1 + (evictions % 5)), 0);
}

const bits = (x: Tensor): string => Buffer.from(x.data().buffer).toString('hex');

/** A training step with a momentum, a rate that falls from call to call, and rows that are taken by index. */
function training() {
  manualSeed(2);
  const [rows, weight] = [rand([50, 30]), rand([30, 20]).requiresGrad_()];
  const momentum = keep(full([30, 20], 0));
  let calls = 0;
  const rate = (): number => 1 / ++calls;
  const index = (): Int32Array => Int32Array.from({ length: 8 }, (_, i) => (7 * calls + i) % 50);
  const step = (target: Tensor): Tensor => {
    const x = rows.indexSelect(0, dynamicTensor([8], index, { dtype: 'int32' }));
    weight.grad = null;
    const loss = x.matmul(weight).tanh().sub(target).square().mean();
    loss.backward();
    noGrad(() => {
      momentum.mul_(0.9).add_(weight.grad!);
      weight.sub_(momentum.mul(dynamicScalar(rate, weight)));
    });
    return loss.detach();
  };
  const state = (): string[] => [weight, weight.grad!, momentum].map(bits);
  return { step, state };
}

test('a compiled function whose memory had to give way gives the bits that it would have given', () => {
  const target = rand([8, 20]);
  const [plain, recorded] = [training(), training()];
  const step = compile(recorded.step);
  for (let i = 0; i < 12; i++) {
    expect(bits(step(target))).toEqual(bits(plain.step(target)));
    evict();
    expect(recorded.state()).toEqual(plain.state());
  }
  const expected = Array.from({ length: 30 }, () => bits(plain.step(target)));
  // So it does where that happens while calls are prepared.
  const losses = step.runMany(30, [target], (i) => {
    if (i % 4 === 0) evict();
  });
  expect(losses.unbind().map(bits)).toEqual(expected);
  expect(recorded.state()).toEqual(plain.state());
  expect(step.replays).toBe(12 - 3 + 30);
});

test('functions that share memory each find it, whichever of them had to give way', () => {
  const state = keep(tensor([1, 2]));
  const twice = compile((x: Tensor) => state.mul_(2).add(x));
  const more = compile((x: Tensor) => state.add_(x).mul(1));
  const x = tensor([1, 1]);
  let expected = [1, 2];
  for (let i = 0; i < 10; i++) {
    if (i > 4) evict();
    expected = expected.map((each) => 2 * each);
    expect(twice(x).toArray()).toEqual(expected.map((each) => each + 1));
    if (i % 3 === 0) evict();
    expected = expected.map((each) => each + 1);
    expect(more(x).toArray()).toEqual(expected);
  }
  expect(twice.replays + more.replays).toBe(14);
});

test('results and gradients outlive the memory of the function that made them', () => {
  const weight = rand([1000]).requiresGrad_();
  const outcome = (): { results: Tensor[]; expected: string[] } => {
    const step = compile((x: Tensor) => {
      weight.grad = null;
      weight.mul(x).square().sum().backward();
      return [x.add(1), keep(x.mul(2))];
    });
    let results: Tensor[] = [];
    for (let i = 0; i < 5; i++) results = step(full([1000], i));
    return { results, expected: [...results, weight.grad!].map(bits) };
  };
  const { results, expected } = outcome();
  for (let i = 0; i < 5; i++) {
    evict();
    rand([1000, 1000]);
    expect([...results, weight.grad!].map(bits)).toEqual(expected);
  }
});

test('a loop without a pause over functions that need more than 4 GiB holds the memory level', () => {
  const x = tensor([1]);
  /** Adds by way of a temporary of 8 MiB, of which it touches the ends. */
  const adding = (i: number) =>
    compile((y: Tensor) => {
      const temporary = empty([2 * MIB]);
      const [start, end] = [0, 2 * MIB - 1].map((at) => temporary.narrow(0, at, 1)) as [Tensor, Tensor];
      start.copy_(y);
      end.fill_(i);
      return start.add(end).add(state.mul(0));
    });
  const state = keep(tensor([0]));
  let calls = 0;
  const busy = compile((y: Tensor) => state.add_(y.mul(dynamicScalar(() => ++calls, y))));
  const first = adding(5);
  for (let i = 0; i < 5; i++) {
    first(x);
    busy(x);
  }
  const before = heap.bytes.length;
  const held = heldBytes();
  /** What `heap.reside` was called for: once for each function of the loop, and not again for the one in use. */
  let residencies = 0;
  const { reside } = WasmHeap.prototype;
  // No spy of Vitest's: it keeps what a function returns.
  heap.reside = (blocks) => {
    residencies++;
    return reside.call(heap, blocks);
  };
  const loops = (4.5 * 2 ** 30) / (8 * MIB);
  for (let i = 0; i < loops; i++) {
    const step = adding(i);
    for (let call = 0; call < 4; call++) expect(step(x).item()).toBe(1 + i);
    expect(step.replays).toBe(1);
    busy(x);
    expect(state.item()).toBe((calls * (calls + 1)) / 2);
  }
  expect(heap.bytes.length).toBeLessThan(before + 320 * MIB);
  expect(heldBytes()).toBeLessThan(held + 320 * MIB);
  expect(residencies).toBe(loops);
  expect(first(x).item()).toBe(6);
  expect(first.replays).toBe(3);
});

test('a function in use stays where it is, however many tensors are made beside it', () => {
  const [x, state] = [full([MIB], 1), keep(tensor([0]))];
  const step = compile((y: Tensor) => state.add_(y.mul(3).sum()));
  const unused = compile((y: Tensor) => state.mul_(y));
  for (let i = 0; i < 5; i++) step(x);
  for (let i = 0; i < 5; i++) unused(tensor([0]));
  const residencies = vi.spyOn(heap, 'reside');
  for (let i = 0; i < 2000; i++) {
    empty([MIB / 4]);
    step(x);
  }
  expect(state.item()).toBe(2000 * 3 * MIB);
  expect(residencies).not.toHaveBeenCalled();
});
