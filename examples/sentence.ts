// Two recurrent layers learn a sentence, and then write it from its first characters.
import { manualSeed, nn, noGrad, scope, type Tensor } from '@kindling/core';
import { characterWindows } from '@kindling/data';
import { Adam, crossEntropy } from '@kindling/train';

const sentence =
  "if you want to build a ship, don't drum up people together to collect wood and don't assign them tasks and work, " +
  'but rather teach them to long for the endless immensity of the sea.';
const length = 10;

manualSeed(0);
const windows = characterWindows(sentence, { window: length });
const { vocabulary } = windows;
const size = vocabulary.length;
const [input, target] = windows.tensors().tensors; // [170, 10, 25], [170, 10]

class Net extends nn.Module {
  readonly rnn = new nn.RNN(size, size, { numLayers: 2, batchFirst: true });
  readonly fc = new nn.Linear(size, size);

  forward(x: Tensor): Tensor {
    return this.fc.forward(this.rnn.forward(x)[0]);
  }
}

const net = new Net();
const optimizer = new Adam(net.parameters(), { lr: 0.1 });
for (let step = 0; step < 100; step++) {
  scope(() => {
    const loss = crossEntropy(net.forward(input).reshape([-1, size]), target.reshape([-1]));
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step % 10 === 0 || step === 99) console.log(step, loss.item().toFixed(6));
  });
}

let written = sentence.slice(0, length);
while (written.length < sentence.length) {
  const [window] = characterWindows(`${written.slice(-length)} `, { window: length, vocabulary }).tensors()
    .tensors;
  const next = scope(() => noGrad(() => net.forward(window!).select(1, -1).argmax(1).item()));
  written += vocabulary.decode([next])[0];
}
console.log(written);
