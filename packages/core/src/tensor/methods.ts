import { Accumulation } from './accumulation.ts';
import { Activation } from './activation.ts';
import { Arithmetic } from './arithmetic.ts';
import { Comparison } from './comparison.ts';
import { Conversion } from './conversion.ts';
import { Counting } from './counting.ts';
import { ElementaryFunctions } from './elementary-functions.ts';
import { Extremum } from './extremum.ts';
import { InPlace } from './in-place.ts';
import { InPlaceComparison } from './in-place-comparison.ts';
import { InPlaceDraws } from './in-place-draws.ts';
import { InPlaceFunctions } from './in-place-functions.ts';
import { Indexing } from './indexing.ts';
import { LinearAlgebra } from './linear-algebra.ts';
import { Normalization } from './normalization.ts';
import { Reading } from './reading.ts';
import { Rearrangement } from './rearrangement.ts';
import { Recording } from './recording.ts';
import { Reduction } from './reduction.ts';
import { Shape } from './shape.ts';
import { Slicing } from './slicing.ts';
import { Sorting } from './sorting.ts';

/** The methods of a tensor, in classes by question: `matmul` is one of {@link LinearAlgebra}. */
export interface TensorMethods
  extends Accumulation,
    Activation,
    Arithmetic,
    Comparison,
    Conversion,
    Counting,
    ElementaryFunctions,
    Extremum,
    InPlace,
    InPlaceComparison,
    InPlaceDraws,
    InPlaceFunctions,
    Indexing,
    LinearAlgebra,
    Normalization,
    Reading,
    Rearrangement,
    Recording,
    Reduction,
    Shape,
    Slicing,
    Sorting {}

/** The same, for the prototype of the class. */
export const methodGroups = [
  Accumulation,
  Activation,
  Arithmetic,
  Comparison,
  Conversion,
  Counting,
  ElementaryFunctions,
  Extremum,
  InPlace,
  InPlaceComparison,
  InPlaceDraws,
  InPlaceFunctions,
  Indexing,
  LinearAlgebra,
  Normalization,
  Reading,
  Rearrangement,
  Recording,
  Reduction,
  Shape,
  Slicing,
  Sorting,
] as const;
