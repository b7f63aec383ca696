// For the other packages of Kindling; not part of the public interface.
export { writeFileAtomic } from './run/atomic-file.ts';
export { MedianRule } from './sweep/median-rule.ts';
export { claimSweepFolder, SweepFolder } from './sweep/sweep-folder.ts';
export {
  bestTrial,
  isDone,
  rankTrials,
  readTrialResult,
  type SweepSummary,
  type TrialResult,
  type TrialStatus,
} from './sweep/sweep-summary.ts';
export { monitored } from './trainer/monitor.ts';
