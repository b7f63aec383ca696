import type { DType } from '@kindling/core';
import type { Reduction } from '../communicator.ts';

/** What constants of MPI's header are in a library: numbers, or the names of the variables whose addresses they are. */
export interface Handles {
  readonly name: string;
  readonly world: number | string;
  readonly datatypes: { readonly [D in DType]: number | string };
  readonly ops: { readonly [R in Reduction]: number | string };
  /** MPI_IN_PLACE and MPI_STATUS_IGNORE, which are pointers. */
  readonly inPlace: number;
  readonly ignoredStatus: number;
}

/** Open MPI 4 and 5: handles are addresses of variables. */
const openMpi: Handles = {
  name: 'Open MPI',
  world: 'ompi_mpi_comm_world',
  datatypes: {
    float32: 'ompi_mpi_float',
    float64: 'ompi_mpi_double',
    int32: 'ompi_mpi_int32_t',
    uint8: 'ompi_mpi_uint8_t',
    bool: 'ompi_mpi_uint8_t',
  },
  ops: {
    sum: 'ompi_mpi_op_sum',
    product: 'ompi_mpi_op_prod',
    min: 'ompi_mpi_op_min',
    max: 'ompi_mpi_op_max',
  },
  inPlace: 1,
  ignoredStatus: 0,
};

/** MPICH 3.1 and later, and what shares its interface (Intel MPI, MVAPICH, Cray MPICH): handles are numbers of 32 bits. */
const mpich: Handles = {
  name: 'MPICH',
  world: 0x44000000,
  datatypes: {
    float32: 0x4c00040a,
    float64: 0x4c00080b,
    int32: 0x4c000439,
    uint8: 0x4c00013b,
    bool: 0x4c00013b,
  },
  ops: { sum: 0x58000003, product: 0x58000004, min: 0x58000002, max: 0x58000001 },
  inPlace: -1,
  ignoredStatus: 1,
};

/** The standard binary interface of MPI 5.0, which any library may serve as libmpi_abi. */
const standard: Handles = {
  name: 'MPI 5 (standard ABI)',
  world: 0x101,
  datatypes: { float32: 0x210, float64: 0x214, int32: 0x250, uint8: 0x241, bool: 0x241 },
  ops: { sum: 0x21, product: 0x24, min: 0x22, max: 0x23 },
  inPlace: 1,
  ignoredStatus: 0,
};

/**
 * The handles of a library, told apart by what it exports and what it says of itself.
 *
 * @param version the text of MPI_Get_library_version.
 */
export function handlesOf(exports: (symbol: string) => boolean, version: string): Handles | undefined {
  if (exports('MPI_Abi_get_version') && /^libmpi_abi|ABI/i.test(version)) return standard;
  if (exports('ompi_mpi_comm_world')) return openMpi;
  return /mpich|intel|mvapich|cray/i.test(version) ? mpich : undefined;
}

export const standardHandles = standard;
