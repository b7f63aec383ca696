/** A whole number with its thousands apart, as in `60,000`. The formatters of `Intl` take 10 ms to load. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
