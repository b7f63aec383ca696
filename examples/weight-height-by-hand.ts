// Weight and height from scratch in float64: three layers as columns, the chain rule by hand, NumPy's generator.
//
// The tutorial takes the derivative of ReLU as 1 everywhere. Both gradients are trained here, and the published one is then
// compared with what autograd computes.
import { grad, NumpyRandomState, ones, scope, type Tensor, tensor } from '@kindling/core';
import { weightHeight } from '@kindling/data';

const data = await weightHeight();
const row = (name: string): Tensor => tensor(data.column(name), { shape: [1, data.length] }).mul(0.01);
const x = row('weight');
const t = row('height');

type Parameters = Tensor[];

function initialParameters(): Parameters {
  const random = new NumpyRandomState(220120);
  const shapes = [
    [8, 1],
    [8, 1],
    [4, 8],
    [4, 1],
    [1, 4],
    [1, 1],
  ] as const;
  return shapes.map((shape) => tensor(random.randn(shape[0] * shape[1]), { shape, dtype: 'float64' }));
}

function forward([w1, b1, w2, b2, w3, b3]: Parameters) {
  const g1 = w1!.matmul(x).add(b1!);
  const r1 = g1.relu();
  const g2 = w2!.matmul(r1).add(b2!);
  const r2 = g2.relu();
  const g3 = w3!.matmul(r2).add(b3!);
  return { g1, r1, g2, r2, g3, loss: g3.sub(t).square().mean() };
}

/** ∂L/∂parameters by the chain rule, given what ReLU's derivative is taken to be. */
function gradients(p: Parameters, reluDerivative: (g: Tensor) => Tensor): Tensor[] {
  const { g1, r1, g2, r2, g3 } = forward(p);
  const d3 = g3.sub(t).mul(2).div(t.shape[1]!);
  const d2 = p[4]!.t().matmul(d3).mul(reluDerivative(g2));
  const d1 = p[2]!.t().matmul(d2).mul(reluDerivative(g1));
  return [
    d1.matmul(x.t()),
    d1.sum(1, { keepdim: true }),
    d2.matmul(r1.t()),
    d2.sum(1, { keepdim: true }),
    d3.matmul(r2.t()),
    d3.sum(1, { keepdim: true }),
  ];
}

const published = (g: Tensor): Tensor => ones(g.shape, { dtype: 'float64' });
const correct = (g: Tensor): Tensor => g.gt(0).double();

for (const [name, derivative] of [
  ['published', published],
  ['true', correct],
] as const) {
  const p = initialParameters();
  console.log(`${name}: loss before ${forward(p).loss.item()}`);
  for (let step = 0; step < 2000; step++) {
    scope(() => {
      gradients(p, derivative).forEach((g, i) => {
        p[i]!.sub_(g.mul(0.1));
      });
    });
  }
  console.log(`${name}: loss after  ${forward(p).loss.item()}`);
}

// Where the hand-written chain rule goes wrong: autograd knows which units ReLU has switched off.
const p = initialParameters().map((parameter) => parameter.requiresGrad_());
const byAutograd = grad(forward(p).loss, p);
const names = ['W1', 'B1', 'W2', 'B2', 'W3', 'B3'];
for (const [name, derivative] of [
  ['published', published],
  ['true', correct],
] as const) {
  const differences = gradients(p, derivative).map((g, i) => g.sub(byAutograd[i]!).abs().max().item());
  console.log(
    `${name} gradient against autograd:`,
    names.map((n, i) => `${n} ${differences[i]!.toExponential(1)}`).join('  '),
  );
}
