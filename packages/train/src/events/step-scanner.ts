/*
 * Reads the lines of steps as this version writes them, many times as fast as JSON and a schema do. A line that it does not take is
 * read by those, so it need not understand everything; what it takes, it reads as they would.
 */

/** The values of a step. */
export interface StepRow {
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since 1970 (UTC). */
  readonly time: number;
  readonly loss: number | undefined;
  readonly lr: number | undefined;
  /** Names and values of further metrics, of which only the first `count` are of this step; undefined where there are none. */
  readonly names: readonly string[];
  readonly values: readonly number[];
  readonly count: number;
  /** Whether the step has further metrics, though it be none of them. */
  readonly hasMetrics: boolean;
}

const BEGIN = '{"type":"step","step":';
const [QUOTE, COMMA, MINUS, PLUS, DOT, ZERO, NINE, BRACE, BACKSLASH] = [
  0x22, 0x2c, 0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x7d, 0x5c,
];
const [LETTER_E, LETTER_L, LETTER_M, LETTER_R, LETTER_T] = [0x65, 0x6c, 0x6d, 0x72, 0x74];
/** Whole numbers of so many digits, and powers of ten up to this one, are exact doubles: one division rounds once. */
const EXACT_DIGITS = 15;
const powers = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const nonFinite = [
  ['"NaN"', Number.NaN],
  ['"Infinity"', Number.POSITIVE_INFINITY],
  ['"-Infinity"', Number.NEGATIVE_INFINITY],
] as const;

/** Scans lines of steps, one after the other; each overwrites the values of the one before. */
export class StepScanner implements StepRow {
  step = 0;
  epoch = 0;
  time = 0;
  loss: number | undefined;
  lr: number | undefined;
  readonly names: string[] = [];
  readonly values: number[] = [];
  count = 0;
  hasMetrics = false;
  #text = '';
  /** Where the next character is; negative once something was not as expected. */
  #at = 0;

  /** Whether the text from `start` to `end` is a step's line, whose values are then in this object. */
  scan(text: string, start: number, end: number): boolean {
    if (!text.startsWith(BEGIN, start)) return false;
    this.#text = text;
    this.#at = start + BEGIN.length;
    this.loss = undefined;
    this.lr = undefined;
    this.count = 0;
    this.hasMetrics = false;
    this.step = this.#whole();
    let hasEpoch = false;
    let hasTime = false;
    while (this.#at > 0 && this.#at < end) {
      const code = text.charCodeAt(this.#at);
      if (code === BRACE) return this.#at + 1 === end && hasEpoch && hasTime;
      if (code !== COMMA) return false;
      // The letter behind the quote tells which key it can be.
      switch (text.charCodeAt(this.#at + 2)) {
        case LETTER_E:
          if (!this.#take(',"epoch":')) return false;
          this.epoch = this.#whole();
          hasEpoch = true;
          break;
        case LETTER_L:
          if (text.charCodeAt(this.#at + 3) === LETTER_R) {
            if (!this.#take(',"lr":')) return false;
            this.lr = this.#number();
          } else {
            if (!this.#take(',"loss":')) return false;
            this.loss = this.#number();
          }
          break;
        case LETTER_T:
          if (!this.#take(',"time":')) return false;
          this.time = this.#finite();
          hasTime = true;
          break;
        case LETTER_M:
          if (this.hasMetrics || !this.#take(',"metrics":{')) return false;
          this.#metrics();
          break;
        default:
          return false;
      }
    }
    return false;
  }

  #take(part: string): boolean {
    const text = this.#text;
    const at = this.#at;
    for (let i = 0; i < part.length; i++) {
      if (text.charCodeAt(at + i) !== part.charCodeAt(i)) return false;
    }
    this.#at += part.length;
    return true;
  }

  #fail(): number {
    this.#at = -1;
    return Number.NaN;
  }

  #metrics(): void {
    this.hasMetrics = true;
    if (this.#text.charCodeAt(this.#at) === BRACE) {
      this.#at++;
      return;
    }
    while (this.#at > 0) {
      const name = this.#name();
      if (this.#at < 0) return;
      // Of a name that comes twice, JSON takes the last value; and this name would set a prototype.
      if (name === '__proto__' || this.names.indexOf(name) !== this.count - 1) {
        this.#fail();
        return;
      }
      this.values[this.count - 1] = this.#number();
      if (this.#at < 0) return;
      const code = this.#text.charCodeAt(this.#at++);
      if (code === BRACE) return;
      if (code !== COMMA) this.#at = -1;
    }
  }

  /** The next name, which is mostly that of the same place in the step before. */
  #name(): string {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== QUOTE) {
      this.#fail();
      return '';
    }
    const begin = this.#at + 1;
    const expected = this.names[this.count];
    let end = begin + (expected?.length ?? 0);
    if (expected === undefined || !text.startsWith(expected, begin) || text.charCodeAt(end) !== QUOTE) {
      for (end = begin; ; end++) {
        const code = text.charCodeAt(end);
        if (code === QUOTE) break;
        if (!(code >= 0x20) || code === BACKSLASH) {
          this.#fail();
          return '';
        }
      }
      this.names[this.count] = text.slice(begin, end);
    }
    this.#at = end;
    const name = this.names[this.count++]!;
    if (!this.#take('":')) this.#fail();
    return name;
  }

  /** A number, or a string that stands for one. */
  #number(): number {
    if (this.#text.charCodeAt(this.#at) !== QUOTE) return this.#finite();
    for (const [text, value] of nonFinite) if (this.#take(text)) return value;
    return this.#fail();
  }

  #whole(): number {
    const value = this.#finite();
    return Number.isSafeInteger(value) && value >= 0 ? value : this.#fail();
  }

  /** A number in JSON's grammar. */
  #finite(): number {
    if (this.#at < 0) return Number.NaN;
    const text = this.#text;
    const begin = this.#at;
    let at = begin;
    const isNegative = text.charCodeAt(at) === MINUS;
    if (isNegative) at++;
    const firstDigit = at;
    let mantissa = 0;
    let code = text.charCodeAt(at);
    for (; code >= ZERO && code <= NINE; code = text.charCodeAt(++at))
      mantissa = mantissa * 10 + (code - ZERO);
    let digits = at - firstDigit;
    if (digits === 0 || (digits > 1 && text.charCodeAt(firstDigit) === ZERO)) return this.#fail();
    let decimals = 0;
    if (code === DOT) {
      const begun = ++at;
      code = text.charCodeAt(at);
      for (; code >= ZERO && code <= NINE; code = text.charCodeAt(++at)) {
        mantissa = mantissa * 10 + (code - ZERO);
      }
      decimals = at - begun;
      if (decimals === 0) return this.#fail();
      digits += decimals;
    }
    let isExact = digits <= EXACT_DIGITS && !(isNegative && mantissa === 0);
    if (code === 0x65 || code === 0x45) {
      isExact = false;
      code = text.charCodeAt(++at);
      if (code === PLUS || code === MINUS) code = text.charCodeAt(++at);
      const begun = at;
      for (; code >= ZERO && code <= NINE; ) code = text.charCodeAt(++at);
      if (at === begun) return this.#fail();
    }
    this.#at = at;
    if (isExact) return (isNegative ? -mantissa : mantissa) / powers[decimals]!;
    const value = Number(text.slice(begin, at));
    return Number.isFinite(value) ? value : this.#fail();
  }
}
