import { quote } from '../quote.ts';

/** A field as an error shows it. */
export const shownField = (field: string): string => (field.trim() === '' ? 'an empty field' : quote(field));
