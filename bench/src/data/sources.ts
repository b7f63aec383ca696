import { DataError, diabetes, type FileOptions, mnist, type Table, weightHeight, xor } from '@kindling/data';
import { noise, signedNoise } from './noise.ts';

/** Numbers without meaning: inputs in [0, 1) and, at random, a class for each row. */
interface ClassNoise {
  readonly rows: number;
  readonly inputs: number;
  readonly classes: number;
}

/** Numbers without meaning: inputs in [−1, 1), outputs in [0, 1). */
interface ValueNoise {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

export type Noise = ClassNoise | ValueNoise;

export type DataName = 'xor' | 'diabetes' | 'weight-height' | 'mnist' | 'mnist-one-hot' | Noise;

/** An array in memory; `divisor` as in `ArrayFile`. */
export interface Values {
  readonly values: Float32Array | Uint8Array;
  readonly shape: readonly number[];
  readonly divisor: number;
}

export interface Samples {
  readonly input: Values;
  readonly target: Values;
  /** Whether they are those of the published file (or the whole truth, as of exclusive or), and not random. */
  readonly isReal: boolean;
}

const matrix = (values: Float32Array | Uint8Array, columns: number, divisor = 1): Values => ({
  values,
  shape: [values.length / columns, columns],
  divisor,
});

/** All columns but the last as inputs, the last as target. */
function columnsOf(table: Table, scale = 1): Samples {
  const rows = Array.from({ length: table.length }, (_, i) => table.get(i).map((value) => value * scale));
  const inputs = table.names.length - 1;
  return {
    input: matrix(Float32Array.from(rows.flatMap((row) => row.slice(0, inputs))), inputs),
    target: matrix(Float32Array.from(rows.flatMap((row) => row.slice(inputs))), 1),
    isReal: true,
  };
}

/** Whole numbers below `below`, of numbers in [0, 1). */
function bytes(values: Float32Array, below: number): Uint8Array {
  const whole = new Uint8Array(values.length);
  for (let i = 0; i < whole.length; i++) whole[i] = values[i]! * below;
  return whole;
}

const classesOf = (values: Uint8Array): Values => ({ values, shape: [values.length], divisor: 1 });

function oneHot({ values }: Values, classes: number): Values {
  const rows = new Uint8Array(values.length * classes);
  values.forEach((label, i) => {
    rows[i * classes + label] = 1;
  });
  return matrix(rows, classes);
}

const randomValues = ({ rows, inputs, outputs }: ValueNoise): Samples => ({
  input: matrix(signedNoise(rows * inputs, 101), inputs),
  target: matrix(noise(rows * outputs, 102), outputs),
  isReal: false,
});

/** A yes-no question of random numbers, in the shape of a table. */
const randomQuestion = (rows: number, inputs: number): Samples => {
  const { input, target } = randomValues({ rows, inputs, outputs: 1 });
  return { input, target: { ...target, values: target.values.map(Math.round) }, isReal: false };
};

const randomClasses = ({ rows, inputs, classes }: ClassNoise): Samples => ({
  input: matrix(bytes(noise(rows * inputs, 103), 256), inputs, 255),
  target: classesOf(bytes(noise(rows, 104), classes)),
  isReal: false,
});

/** What `load` gives, or random numbers of the same shape where its file is missing. */
async function realOr(load: () => Promise<Samples>, random: () => Samples): Promise<Samples> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof DataError) return random();
    throw error;
  }
}

const onDisk: FileOptions = { download: false };

async function digitImages(): Promise<Samples> {
  const { images, labels, pixels } = await mnist(onDisk);
  return { input: matrix(images, pixels, 255), target: classesOf(labels), isReal: true };
}

/** The samples of a name. Files are looked for in `KINDLING_DATA_DIR` and not downloaded. */
export async function samplesOf(name: DataName): Promise<Samples> {
  if (typeof name === 'object') return 'classes' in name ? randomClasses(name) : randomValues(name);
  switch (name) {
    case 'xor':
      return columnsOf(xor());
    case 'diabetes':
      return realOr(
        async () => columnsOf(await diabetes(onDisk)),
        () => randomQuestion(759, 8),
      );
    case 'weight-height':
      return realOr(
        async () => columnsOf(await weightHeight(onDisk), 0.1),
        () => randomValues({ rows: 24, inputs: 1, outputs: 1 }),
      );
    case 'mnist':
      return realOr(digitImages, () => randomClasses({ rows: 60_000, inputs: 784, classes: 10 }));
    case 'mnist-one-hot': {
      const digits = await samplesOf('mnist');
      return { ...digits, target: oneHot(digits.target, 10) };
    }
  }
}
