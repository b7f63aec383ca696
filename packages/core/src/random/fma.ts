/**
 * Fused multiply-add: a·b + c rounded once.
 *
 * Compilers contract `a * b + c` into one instruction where the processor has it, so results that are to agree with
 * PyTorch's AVX2 kernels and with glibc's libm to the last bit need the single rounding too.
 */

const fround = Math.fround;

const scratch = new Float64Array(1);
const lowWord = new Uint32Array(scratch.buffer);

/**
 * a·b + c rounded once to float32, for float32 a, b and c and results in float32's normal range.
 *
 * The product of two 24-bit numbers is exact in float64, so only the sum can be rounded twice, and that matters only
 * when its first rounding leaves exactly one half of float32's last place: of the 29 bits that go, the first alone.
 */
export function fma32(a: number, b: number, c: number): number {
  const sum = a * b + c;
  scratch[0] = sum;
  return (lowWord[0]! & 0x1fffffff) === 0x10000000 ? untied32(a * b, c) : fround(sum);
}

function untied32(product: number, c: number): number {
  const sum = product + c;
  const rounded = fround(sum);
  const other = 2 * sum - rounded;
  const lost = sumError(product, c, sum);
  if (lost === 0) return rounded;
  return lost > 0 ? Math.max(rounded, other) : Math.min(rounded, other);
}

/**
 * a·b + c rounded once to float64, where the product's error is a normal number; else rounded twice (near float64's
 * limits: factors from 2⁹⁹⁶, products below 2⁻⁹⁶⁹).
 */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  const productLost = productError(a, b, product);
  const sum = product + c;
  const sumLost = sumError(product, c, sum);
  const lost = sumLost + productLost;
  if (Number.isNaN(lost)) return sum;
  const rounded = sum + lost;
  // `lost` is itself rounded, which can put the whole exactly half way between two float64 numbers.
  const other = rounded + 2 * (sum - rounded + lost);
  if (other !== rounded && (other - rounded) / 2 === sum - rounded + lost) {
    const rest = sumError(sumLost, productLost, lost);
    if (rest !== 0) return rest > 0 ? Math.max(rounded, other) : Math.min(rounded, other);
  }
  return rounded;
}

/** What a + b lost when it was rounded to `sum`, exactly (Knuth's TwoSum). */
function sumError(a: number, b: number, sum: number): number {
  const right = sum - a;
  return a - (sum - right) + (b - right);
}

/** What a·b lost when it was rounded to `product`, exactly (Dekker's product with Veltkamp's splitting). */
export function productError(a: number, b: number, product: number): number {
  const aScaled = a * 134217729;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * 134217729;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}
