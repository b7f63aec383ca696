/** The functions that are used, with their parameters as C has them; handles are numbers of the width of a pointer. */
const parameters = {
  MPI_Allreduce:
    'intptr_t send, void *receive, int count, intptr_t datatype, intptr_t op, intptr_t communicator',
  MPI_Allgather:
    'void *own, int count, intptr_t datatype, void *all, int each, intptr_t type, intptr_t communicator',
  MPI_Barrier: 'intptr_t communicator',
  MPI_Bcast: 'void *values, int count, intptr_t datatype, int root, intptr_t communicator',
  MPI_Gather:
    'void *own, int count, intptr_t datatype, void *all, int each, intptr_t type, int root, intptr_t communicator',
  MPI_Reduce:
    'void *send, void *receive, int count, intptr_t datatype, intptr_t op, int root, intptr_t communicator',
  MPI_Reduce_scatter_block:
    'void *all, void *own, int count, intptr_t datatype, intptr_t op, intptr_t communicator',
  MPI_Scatter:
    'void *all, int each, intptr_t type, void *own, int count, intptr_t datatype, int root, intptr_t communicator',
  MPI_Send: 'void *values, int count, intptr_t datatype, int to, int tag, intptr_t communicator',
  MPI_Recv:
    'void *values, int count, intptr_t datatype, int from, int tag, intptr_t communicator, intptr_t status',
  MPI_Init: 'void *argc, void *argv',
  MPI_Comm_rank: 'intptr_t communicator, void *rank',
  MPI_Comm_size: 'intptr_t communicator, void *size',
  MPI_Abort: 'intptr_t communicator, int code',
  MPI_Finalize: '',
} as const;

export type FunctionName = keyof typeof parameters;

/** By number: that of MPI_Allreduce, which an engine calls too, is 0. */
export const functionNames = Object.keys(parameters) as readonly FunctionName[];

/** The declaration of a function in C. All answer with an error code. */
export const declarationOf = (name: FunctionName): string => `int ${name}(${parameters[name]})`;
