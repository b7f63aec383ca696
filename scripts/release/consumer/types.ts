// What a user's compiler sees, without the workspace's conditions.
import { nn, type Tensor, tensor } from '@kindling/core';
import { useTensorflow } from '@kindling/core/tfjs';
import { DataLoader, type Dataset } from '@kindling/data';
import { Adam, crossEntropy, Trainer } from '@kindling/train';
import { trainingCurve } from '@kindling/viz';
import { renderSvg } from '@kindling/viz/svg';

const squares: Dataset<readonly [number, number]> = { length: 100, get: (i) => [i, i * i] };
const batches = new DataLoader(squares, { batchSize: 10 });
const model = new nn.Sequential(new nn.Linear(784, 10));
export const logits: Tensor = model.forward(tensor([[1, 2]]));
export const trainer = new Trainer({ model, loss: crossEntropy, optimizer: new Adam(model.parameters()) });
export const svg: string = renderSvg(trainingCurve({ step: [0], train: { loss: [1] } }));
export const use: unknown = useTensorflow;
for (const [x, y] of batches) x.mul(x).sub(y);
