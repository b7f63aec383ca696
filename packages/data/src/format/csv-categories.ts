import { DataError } from '../data-error.ts';
import { nameList, quote } from '../quote.ts';

/**
 * How a column of words becomes numbers: `oneHot`, a column `name=category` for each category with 1 where it is the row's
 * and 0 elsewhere; `codes`, one column with the category's place in their list, counted from 0.
 */
export type CategoryEncoding = 'oneHot' | 'codes';

/** A column of words, as it was encoded. */
export interface Categories {
  readonly encoding: CategoryEncoding;
  /** In the order of the codes, or of the columns. */
  readonly values: readonly string[];
}

/** More categories are a sign that a column holds no categories. */
export const maxCategories: Readonly<Record<CategoryEncoding, number>> = { oneHot: 1000, codes: 10_000 };

/** Names of the columns that a column of categories becomes. */
export const encodedNames = (name: string, { encoding, values }: Categories): readonly string[] =>
  encoding === 'codes' ? [name] : values.map((value) => `${name}=${value}`);

/** Gathers a column of words. */
export class CategoryColumn {
  readonly #encoding: CategoryEncoding;
  readonly #known: readonly string[] | undefined;
  /** Numbers of the categories in the order in which they came. */
  readonly #numbers = new Map<string, number>();
  /** By row; −1 where the value is missing. */
  readonly #rows: number[] = [];

  /** @param known the categories, where no others may come; else those that the column holds, in the order of their letters. */
  constructor(encoding: CategoryEncoding, known?: readonly string[]) {
    this.#encoding = encoding;
    this.#known = known;
    known?.forEach((value, i) => {
      this.#numbers.set(value, i);
    });
  }

  /** @throws DataError for an empty field, a category that is none of those known, and too many of them. */
  add(field: string, place: () => string): void {
    const value = field.trim();
    const number = this.#numbers.get(value);
    if (number !== undefined) {
      this.#rows.push(number);
      return;
    }
    if (value === '') {
      const hint = 'add "" to the missing markers if the value is missing';
      throw new DataError({ place: place(), expected: 'a category', got: 'an empty field', hint });
    }
    if (this.#known !== undefined) {
      const expected = `one of the categories ${nameList(this.#known)}`;
      throw new DataError({ place: place(), expected, got: quote(value) });
    }
    const most = maxCategories[this.#encoding];
    if (this.#numbers.size === most) {
      const expected = `at most ${most} categories (${this.#encoding})`;
      throw new DataError({ place: place(), expected, got: 'more' });
    }
    this.#rows.push(this.#numbers.size);
    this.#numbers.set(value, this.#numbers.size);
  }

  addMissing(): void {
    this.#rows.push(-1);
  }

  get categories(): Categories {
    const values = this.#known ?? [...this.#numbers.keys()].sort();
    return { encoding: this.#encoding, values };
  }

  /** The columns of numbers, NaN where the value is missing. */
  columns(): readonly Float64Array[] {
    const { values } = this.categories;
    const codes = new Map(values.map((value, i) => [value, i]));
    const codeOf = Array.from(this.#numbers.keys(), (value) => codes.get(value)!);
    const column = Float64Array.from(this.#rows, (number) => (number < 0 ? Number.NaN : codeOf[number]!));
    if (this.#encoding === 'codes') return [column];
    return values.map((_, code) => column.map((own) => (Number.isNaN(own) ? own : Number(own === code))));
  }
}
