// A transformer encoder learns to reverse sequences of eight digits. Steps as the first argument, 600 unless given.
import { arange, compile, manualSeed, nn, noGrad, randint, scope, type Tensor } from '@kindling/core';
import { AdamW, crossEntropy } from '@kindling/train';

const steps = Number(process.argv[2] ?? 600);

class Reverser extends nn.Module {
  readonly embed = new nn.Embedding(10, 32);
  readonly position = new nn.Embedding(8, 32);
  readonly encoder = new nn.TransformerEncoder(
    new nn.TransformerEncoderLayer(32, 4, { dimFeedforward: 64, dropout: 0, batchFirst: true }),
    2,
  );
  readonly head = new nn.Linear(32, 10);

  forward(x: Tensor): Tensor {
    const positions = arange(8);
    return this.head.forward(
      this.encoder.forward(this.embed.forward(x).add(this.position.forward(positions))),
    );
  }
}

manualSeed(777);
const model = new Reverser();
const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });

const step = compile((x: Tensor) => {
  const loss = crossEntropy(model.forward(x).reshape([-1, 10]), x.flip(1).reshape([-1]));
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss;
});

for (let i = 0; i < steps; i++) {
  scope(() => {
    const loss = step(randint(0, 10, [64, 8]));
    if (i % 50 === 0 || i === steps - 1) console.log(i, loss.item().toFixed(6));
  });
}

const digits = randint(0, 10, [4, 8]);
const reversed = noGrad(() => model.forward(digits).argmax(2));
for (const [i, row] of (digits.toArray() as number[][]).entries()) {
  console.log(row.join(' '), '→', (reversed.toArray() as number[][])[i]!.join(' '));
}
