// XOR without autograd: the forward pass, the loss, the chain rule and the update in plain tensor operations.
import { manualSeed, randn, scope, type Tensor, tensor, zeros } from '@kindling/core';

manualSeed(777);
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);

const w1 = randn([2, 2]);
const b1 = zeros([2]);
const w2 = randn([2, 1]);
const b2 = zeros([1]);
const learningRate = 1;

const hidden = (): Tensor => x.matmul(w1).add(b1).sigmoid();
const output = (h: Tensor): Tensor => h.matmul(w2).add(b2).sigmoid();

for (let step = 0; step <= 10_000; step++) {
  scope(() => {
    const h = hidden();
    const p = output(h);

    // L = −mean(y ln p + (1 − y) ln(1 − p))
    const ones = y.mul(p.log());
    const zerosTerm = y.neg().add(1).mul(p.neg().add(1).log());
    const loss = ones.add(zerosTerm).mean().neg();

    // ∂L/∂z₂ = (p − y) / n, because the derivative of the sigmoid cancels that of the cross-entropy
    const dz2 = p.sub(y).div(4);
    // ∂L/∂z₁ = (∂L/∂z₂ · W₂ᵀ) ∘ h(1 − h)
    const dz1 = dz2.matmul(w2.t()).mul(h).mul(h.neg().add(1));

    w2.sub_(h.t().matmul(dz2).mul(learningRate));
    b2.sub_(dz2.sum(0).mul(learningRate));
    w1.sub_(x.t().matmul(dz1).mul(learningRate));
    b1.sub_(dz1.sum(0).mul(learningRate));

    if (step % 1000 === 0) console.log(step, loss.item().toFixed(7));
  });
}

const p = output(hidden());
const predicted = p.gt(0.5).float();
console.log('hypothesis', p.flatten().toArray());
console.log('predicted ', predicted.flatten().toArray());
console.log('accuracy  ', predicted.eq(y).float().mean().item());
