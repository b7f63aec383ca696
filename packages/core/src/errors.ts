/** Root of every error that Kindling throws on purpose; anything else is a defect. */
export class KindlingError extends Error {
  override readonly name: string = 'KindlingError';
}

/** A shape, axis or index that does not fit the operation. */
export class ShapeError extends KindlingError {
  override readonly name = 'ShapeError';
}

/** A dtype that the operation does not take. */
export class DTypeError extends KindlingError {
  override readonly name = 'DTypeError';
}

/** A device that does not exist, does not work here, or differs between operands. */
export class DeviceError extends KindlingError {
  override readonly name = 'DeviceError';
}

/** A misuse of automatic differentiation: freed graphs, overwritten saved values, non-scalar losses. */
export class AutogradError extends KindlingError {
  override readonly name = 'AutogradError';
}

/** A value outside the set that a parameter accepts. */
export class ArgumentError extends KindlingError {
  override readonly name = 'ArgumentError';
}

/** Bytes or text that are not what their format prescribes. */
export class FormatError extends KindlingError {
  override readonly name = 'FormatError';
}

const maxSizes = 32;

/** Formats a shape as PyTorch prints it: `[2, 3]`. A long one, which only a damaged file has, is cut. */
export function formatShape(shape: readonly number[]): string {
  const rest = shape.length > maxSizes ? `, … ${shape.length - maxSizes} more` : '';
  return `[${shape.slice(0, maxSizes).join(', ')}${rest}]`;
}
