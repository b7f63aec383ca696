export {
  allGather,
  allReduce,
  barrier,
  broadcast,
  gather,
  type ReduceOp,
  recv,
  reduce,
  reduceScatter,
  scatter,
  send,
} from './collectives.ts';
export { DistributedDataParallel, type DistributedDataParallelOptions } from './data-parallel.ts';
export { DistributedSampler, type DistributedSamplerOptions } from './distributed-sampler.ts';
export { launched, localProcesses } from './mpi/launcher.ts';
export { bindToOwnCores } from './own-cores.ts';
export {
  abortProcessGroup,
  describeGroup,
  destroyProcessGroup,
  getRank,
  getWorldSize,
  initProcessGroup,
  isInitialized,
  type ProcessGroupOptions,
} from './process-group.ts';
export { processes } from './processes.ts';
export { SyncBatchNorm, type SyncBatchNormOptions } from './sync-batch-norm.ts';
