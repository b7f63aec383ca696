import { checkOptions } from '@kindling/core/internal';
import { readData } from '#host';
import { DataError } from '../data-error.ts';
import { Table } from '../dataset/table.ts';
import { fromRepository } from '../download/from-repository.ts';
import type { RemoteFile } from '../download/remote-file.ts';
import { parseCsv } from '../format/csv.ts';
import { parseCsvNames } from '../format/csv-header.ts';
import { type CsvOptions, csvLimits } from '../format/csv-options.ts';
import { placeOf } from '../given-file.ts';
import { ensureFile, type FileOptions, fileOptionNames } from './data-file.ts';

export const diabetesFile: RemoteFile = {
  path: 'diabetes.csv.gz',
  urls: fromRepository(
    'hunkim/PyTorchZeroToAll',
    'e5a260fac0b4ff1e2ec434fc6f0d962ac97fc289',
    'data/diabetes.csv.gz',
  ),
  bytes: 53_438,
  sha256: '89e33de71cd5afdcd4fe8a722b60c4d69eb8f9b96446cea9347d735ff2df395e',
};

export const weightHeightFile: RemoteFile = {
  path: 'weight_height.csv',
  urls: fromRepository(
    'jaegon-kim/python_study',
    'f4ba9c01778f8abb67c075e2d864910620695a28',
    'weight_height.csv',
  ),
  bytes: 281,
  sha256: 'a8b2b459039a29b0f06f828aed21e6a8bf2e3a2de70a4d2110fe39805c824198',
};

/** What the numbers of a row of the diabetes file are, in its order. */
const diabetesColumns = [
  'pregnancies',
  'glucose',
  'bloodPressure',
  'skinThickness',
  'insulin',
  'bmi',
  'pedigree',
  'age',
  'label',
];

/**
 * The Pima Indians diabetes data: 759 rows of 8 measurements scaled to [−1, 1], and a label, here 1 where no diabetes was
 * found within five years and 0 where it was.
 *
 * @throws DataError when the file cannot be had or is damaged.
 * @see https://github.com/hunkim/PyTorchZeroToAll
 */
export async function diabetes(options: FileOptions = {}): Promise<Table> {
  checkOptions('diabetes', options, fileOptionNames);
  const path = await ensureFile(diabetesFile, options);
  const { columns } = parseCsv(await readData(path), path, { header: false });
  if (columns.length !== diabetesColumns.length) {
    throw new DataError({
      place: path,
      expected: `${diabetesColumns.length} columns`,
      got: `${columns.length}`,
    });
  }
  return new Table(path, { names: diabetesColumns, columns });
}

/**
 * 24 weights in kg with heights in cm, from infants to adults: columns `weight` and `height`.
 *
 * @throws DataError when the file cannot be had or is damaged.
 */
export async function weightHeight(options: FileOptions = {}): Promise<Table> {
  checkOptions('weightHeight', options, fileOptionNames);
  const path = await ensureFile(weightHeightFile, options);
  return new Table(
    path,
    parseCsv(await readData(path), path, { header: true, columns: ['weight', 'height'] }),
  );
}

/**
 * Any CSV file of numbers, gzip or not: a path, in a browser an address, or a `Blob`. Columns of text are left out or made numbers by options:
 *
 * ```ts
 * const table = await csv('iris.csv', { categories: { species: 'codes' }, missing: ['NA', ''] });
 * table.withoutMissing().tensors({ targets: ['species'] });
 * ```
 *
 * @throws DataError when it is missing, or at the first field that is no number (see {@link parseCsv}).
 */
export async function csv(file: string | Blob, options: CsvOptions = {}): Promise<Table> {
  const place = placeOf(file);
  return new Table(place, parseCsv(await readData(file, csvLimits.bytes), place, options));
}

/** Names of all columns of a CSV file, gzip or not. @throws DataError when it is missing or has no rows. */
export async function csvNames(file: string | Blob, options: CsvOptions = {}): Promise<readonly string[]> {
  return parseCsvNames(await readData(file, csvLimits.bytes), placeOf(file), options);
}
