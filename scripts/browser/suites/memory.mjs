// A training whose steps leave a thousand tensors behind that nothing disposes.
import { manualSeed, nn, rand, ready, tensor } from '../../../packages/core/src/index.ts';
import { mse, SGD } from '../../../packages/train/src/index.ts';

/** What goes on with the training by so many steps, and tells the bytes of the engine's memory. */
export async function startTraining() {
  await ready();
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(10, 20), new nn.Tanh(), new nn.Linear(20, 1));
  const optimizer = new SGD(model.parameters(), { lr: 0.01 });
  const x = rand([25, 10]);
  const y = x.sum(1, { keepdim: true });
  const { heap } = tensor(0).storage.backend.library;
  return (steps) => {
    for (let step = 0; step < steps; step++) {
      const loss = mse(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      let temporary = x;
      for (let i = 0; i < 500; i++) temporary = temporary.mul(0.5).add(1);
    }
    return heap.bytes.length;
  };
}
