/** What a check found. `fail`: nothing works without it. `missing`: something works less well, or not, without it. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'missing' | 'fail';
  readonly found: string;
  /** What to do about it. */
  readonly advice?: string;
}
