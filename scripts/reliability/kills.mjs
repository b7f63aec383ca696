// Kills a run at each of its file operations, or in the middle of a write, and goes on with it; kills the run that goes on; and
// kills a run again and again at random. It must end with the weights, the log and the summary of one that was never killed.
import { differing, experiments, leftovers, outcome, RunLab } from './run-lab.mjs';
import { eachOf, sample } from './tally.mjs';

export const title = 'runs killed at file operations';

export async function run(context) {
  const lab = new RunLab();
  try {
    for (const name of Object.keys(experiments)) await killed(lab, name, context);
  } finally {
    lab.remove();
  }
}

async function killed(lab, name, { tally, random, full, atOnce, note }) {
  const whole = lab.place();
  const first = await lab.train(name, whole, {});
  if (first.code !== 0) throw new Error(`a run that nothing disturbs failed: ${first.stderr}`);
  const expected = outcome(whole);

  /** A run with these kills, one after the other, and then resumed until it is through. */
  const survive = async (from, kills, what) => {
    const place = lab.place(from);
    let dead = 0;
    for (const fault of kills) {
      const ended = await lab.train(name, place, fault);
      if (ended.hung) return tally.fail('hangs', `${what}: hung`);
      if (ended.signal === 'SIGKILL') dead++;
      else if (ended.code !== 0) return tally.fail('crashes', `${what}: ${ended.stderr}`);
    }
    const last = await lab.train(name, place);
    const different = differing(outcome(place), expected);
    if (last.hung) tally.fail('hangs', `${what}: hung when it was resumed`);
    else if (last.code !== 0) tally.fail('crashes', `${what}: ${last.stderr}`);
    else if (different.length > 0) tally.fail('differing', `${what}: ${different.join(', ')}`);
    else if (leftovers(place).length > 0)
      tally.fail('differing', `${what}: left ${leftovers(place).join(', ')}`);
    else if (dead === 0) tally.fail('differing', `${what}: was not killed`);
    else tally.pass();
    lab.discard(place);
  };

  const systematic = async (from, operations, kind) => {
    const all = operations.flatMap((operation, at) => [
      { at, kind: 'kill' },
      ...(operation === 'write' ? [{ at, kind: 'torn' }] : []),
    ]);
    const chosen = full ? all : sample(all, 8, random);
    note(`${name}: ${chosen.length} of ${all.length} kills of a ${kind} run`);
    await eachOf(chosen, atOnce, (fault) =>
      survive(
        from,
        [fault],
        `${name}, ${kind} run, ${fault.kind} at operation ${fault.at} (${operations[fault.at]})`,
      ),
    );
  };
  await systematic(undefined, first.operations, 'new');
  const middle = lab.place();
  await lab.train(name, middle, { at: Math.floor(0.6 * first.operations.length), kind: 'kill' });
  const resumed = await lab.train(name, lab.place(middle), {});
  await systematic(middle, resumed.operations, 'resumed');

  const sequences = Array.from({ length: full ? 50 : 2 }, () =>
    Array.from({ length: 2 + Math.floor(4 * random()) }, () => ({
      at: Math.floor(random() * first.operations.length),
      kind: 'kill',
    })),
  );
  note(`${name}: ${sequences.length} runs killed again and again`);
  await eachOf(sequences, atOnce, (kills) =>
    survive(undefined, kills, `${name}, kills at ${kills.map(({ at }) => at).join(', ')}`),
  );
}
