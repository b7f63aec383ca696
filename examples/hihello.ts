// A recurrent layer learns to spell: hihell becomes ihello, or nearly so.
import { manualSeed, nn, scope } from '@kindling/core';
import { characterWindows } from '@kindling/data';
import { Adam, crossEntropy } from '@kindling/train';

manualSeed(0);
const windows = characterWindows('hihello', { window: 6, vocabulary: 'hielo' });
const [input, target] = windows.tensors().tensors; // [1, 6, 5] one-hot, [1, 6] classes

const rnn = new nn.RNN(5, 5, { batchFirst: true });
const optimizer = new Adam(rnn.parameters(), { lr: 0.1 });

for (let step = 0; step < 100; step++) {
  scope(() => {
    const [output] = rnn.forward(input);
    const loss = crossEntropy(output.reshape([-1, 5]), target.reshape([-1]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 10 === 0 || step === 99) {
      const word = windows.vocabulary.decode(output.argmax(2).data()).join('');
      console.log(step, loss.item().toFixed(6), word);
    }
  });
}
