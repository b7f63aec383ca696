/**
 * What an asynchronous iterator gives, asked `count` steps ahead of the one in use. An iterator that starts its work when
 * asked does that much of it at once.
 */
export async function* prefetch<T>(source: AsyncIterator<T>, count: number): AsyncGenerator<T, undefined> {
  const asked: Promise<IteratorResult<T>>[] = [];
  try {
    for (;;) {
      while (asked.length <= count) {
        const step = source.next();
        // A failure ahead is thrown when its turn comes; until then it is not unhandled.
        step.catch(() => undefined);
        asked.push(step);
      }
      const { done, value } = await asked.shift()!;
      if (done) return undefined;
      yield value;
    }
  } finally {
    await source.return?.();
  }
}
