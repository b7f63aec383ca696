/** Calls `work` again and again, without keeping a process from its end. @returns what ends that. */
export function startTimer(work: () => void, ms: number): () => void {
  const timer: NodeJS.Timeout | number = setInterval(work, ms);
  // In browsers it is a number.
  if (typeof timer === 'object') timer.unref();
  return () => clearInterval(timer);
}
