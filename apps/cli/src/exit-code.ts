/** What the exit code of a command means; part of the contract with pipelines. */
export const exitCodes = {
  done: 0,
  failure: 1,
  usage: 2,
  data: 3,
  device: 4,
  diverged: 5,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
