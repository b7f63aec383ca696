import type { RunRow } from '@kindling/dashboard/protocol';

/** A row of a run that is through. */
export const rowOf = (row: Partial<RunRow> = {}): RunRow => ({
  id: 'xor',
  name: 'xor',
  state: 'completed',
  started: 1000,
  seconds: 12.4,
  device: 'cpu',
  parameters: 9000,
  step: 100,
  epoch: 10,
  epochs: 10,
  settings: { name: 'xor', 'optimizer.type': 'sgd' },
  metrics: {
    loss: { last: 0.123456, min: 0.1, max: 0.7 },
    'train/accuracy': { last: 0.97, min: 0.5, max: 0.979 },
  },
  note: '',
  tags: [],
  ...row,
});
