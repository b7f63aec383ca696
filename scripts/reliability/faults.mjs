// Lets one file operation of a run fail (EIO, ENOSPC), take less than it is given (a short write), or every one from there on (a full
// disk). The run must go on, or end with a message that names a file, leave no temporary file, and be resumable to the same end.
import { join } from 'node:path';
import { isCrash } from './process.mjs';
import { differing, leftovers, outcome, RunLab } from './run-lab.mjs';
import { eachOf, sample } from './tally.mjs';

export const title = 'faults in file operations of a run';

/** What a full disk befalls. */
const taking = ['open', 'write', 'fsync', 'mkdir', 'link', 'rename', 'writeFile', 'ftruncate'];

export async function run(context) {
  const lab = new RunLab();
  try {
    await disturbed(lab, context);
  } finally {
    lab.remove();
  }
}

async function disturbed(lab, { tally, random, full, atOnce, note }) {
  const name = 'stopping';
  const whole = lab.place();
  const { operations } = await lab.train(name, whole, {});
  const expected = outcome(whole);
  const middle = lab.place();
  await lab.train(name, middle, { at: Math.floor(0.6 * operations.length), kind: 'kill' });
  const resumed = (await lab.train(name, lab.place(middle), {})).operations;

  const faultsOf = (all) =>
    all.flatMap((operation, at) => [
      { at, kind: 'EIO' },
      ...(taking.includes(operation)
        ? [
            { at, kind: 'ENOSPC' },
            { at, kind: 'ENOSPC', lasting: true },
          ]
        : []),
      ...(operation === 'write' ? [{ at, kind: 'short' }] : []),
    ]);

  const withstand = async (from, fault, operation, what) => {
    const place = lab.place(from);
    const ended = await lab.train(name, place, fault);
    const isCleaning = operation === 'rm';
    if (ended.hung) return tally.fail('hangs', `${what}: hung`);
    if (isCrash(ended))
      return tally.fail('crashes', `${what}: ${ended.code} ${ended.signal} ${ended.stderr}`);
    if (ended.code !== 0 && !ended.stderr.includes(join(place, 'run'))) {
      return tally.fail('differing', `${what}: the message names no file: ${ended.stderr}`);
    }
    // What an earlier kill left is removed when a run begins, which this one may not have come to.
    const left = leftovers(place).filter((name) => from === undefined || !leftovers(from).includes(name));
    if (left.length > 0 && !isCleaning) return tally.fail('differing', `${what}: left ${left.join(', ')}`);
    const again = await lab.train(name, place);
    const different = differing(outcome(place), expected);
    if (again.hung) tally.fail('hangs', `${what}: hung when it was resumed`);
    else if (again.code !== 0) tally.fail('crashes', `${what}: resumed: ${again.stderr}`);
    else if (different.length > 0) tally.fail('differing', `${what}: ${different.join(', ')}`);
    else if (leftovers(place).length > 0)
      tally.fail('differing', `${what}: left ${leftovers(place).join(', ')}`);
    else tally.pass();
    lab.discard(place);
  };

  for (const [kind, from, all] of [
    ['new', undefined, operations],
    ['resumed', middle, resumed],
  ]) {
    const faults = faultsOf(all);
    const chosen = full ? faults : sample(faults, 12, random);
    note(`${chosen.length} of ${faults.length} faults of a ${kind} run`);
    await eachOf(chosen, atOnce, (fault) => {
      const lasting = fault.lasting ? ' and after' : '';
      const what = `${kind} run, ${fault.kind} at operation ${fault.at}${lasting} (${all[fault.at]})`;
      return withstand(from, fault, all[fault.at], what);
    });
  }
}
