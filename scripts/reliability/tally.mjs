// What a part of the reliability tests counts. All but the cases must stay at zero.

export class Tally {
  cases = 0;
  crashes = 0;
  hangs = 0;
  differing = 0;
  /** What went wrong, in words, one text a finding. */
  findings = [];

  /** Counts a case that came out as it should. */
  pass() {
    this.cases++;
  }

  /** Counts a case with a finding: `crashes`, `hangs` or `differing` (wrong bytes, wrong answers, what should not be there). */
  fail(kind, text) {
    this.cases++;
    this[kind]++;
    this.findings.push(text);
  }

  get held() {
    return this.findings.length === 0 && this.cases > 0;
  }

  toString() {
    const { cases, crashes, hangs, differing } = this;
    return `${cases} cases, ${crashes} crashes, ${hangs} hangs, ${differing} differing`;
  }
}

/** Random numbers in [0, 1) from a seed: mulberry32. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About `count` of the items, in their order, spread over all of them; which ones, chance decides. */
export function sample(items, count, random) {
  if (items.length <= count) return [...items];
  const stride = items.length / count;
  return Array.from(
    { length: count },
    (_, i) => items[Math.min(items.length - 1, Math.floor((i + random()) * stride))],
  );
}

/** Runs `work` on each item, a few at a time. */
export async function eachOf(items, atOnce, work) {
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [i, item] of queue) await work(item, i);
    }),
  );
}
