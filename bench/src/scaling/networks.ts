import type { Network } from './model.ts';

/** What MPI sees of common networks: latency between two programs, bandwidth as measured by its benchmarks rather than as named. */
export const networks: readonly Network[] = [
  { name: '10 Gb/s Ethernet', latency: 30e-6, bandwidth: 1.1e9 },
  { name: '25 Gb/s Ethernet', latency: 20e-6, bandwidth: 2.8e9 },
  { name: '100 Gb/s RoCE', latency: 3e-6, bandwidth: 11e9 },
  { name: '200 Gb/s InfiniBand', latency: 1.5e-6, bandwidth: 23e9 },
];
