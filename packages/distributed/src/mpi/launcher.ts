/** A program that starts the processes of a group, as their environment shows it. */
export interface Launcher {
  readonly name: string;
  /** Variables that hold the number of a process and how many there are. */
  readonly rank: string;
  readonly size: string;
  /** Variables that hold the number of a process among those of its machine, and how many these are. */
  readonly localRank: string;
  readonly localSize: string;
  /** Libraries that its processes may use, best first. */
  readonly libraries: readonly string[];
}

const openMpi = ['libmpi.so.40', 'libmpi.40.dylib', 'libmpi.so'];
const mpich = ['libmpich.so.12', 'libmpi.so.12', 'libmpi.12.dylib', 'libpmpi.12.dylib'];
const standard = ['libmpi_abi.so.0', 'libmpi_abi.so.1', 'libmpi_abi.0.dylib'];

const launchers: readonly Launcher[] = [
  {
    name: 'Open MPI (mpirun)',
    rank: 'OMPI_COMM_WORLD_RANK',
    size: 'OMPI_COMM_WORLD_SIZE',
    localRank: 'OMPI_COMM_WORLD_LOCAL_RANK',
    localSize: 'OMPI_COMM_WORLD_LOCAL_SIZE',
    libraries: [...openMpi, ...standard],
  },
  {
    name: 'MPICH (mpiexec)',
    rank: 'PMI_RANK',
    size: 'PMI_SIZE',
    localRank: 'MPI_LOCALRANKID',
    localSize: 'MPI_LOCALNRANKS',
    libraries: [...mpich, ...standard],
  },
  {
    name: 'Slurm (srun)',
    rank: 'PMIX_RANK',
    size: 'SLURM_NTASKS',
    localRank: 'SLURM_LOCALID',
    localSize: 'SLURM_NTASKS_PER_NODE',
    libraries: [...standard, ...openMpi, ...mpich],
  },
];

type Environment = Readonly<Record<string, string | undefined>>;

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** The launcher that started this process; undefined where none did. */
export const launcherOf = (environment: Environment): Launcher | undefined =>
  launchers.find(({ rank }) => numberOf(environment[rank]) !== undefined);

/** Whether a launcher (`mpirun`, `mpiexec`, `srun`) started this process along with others. */
export const launched = (environment: Environment = process.env): boolean =>
  launcherOf(environment) !== undefined;

/** The number of a process, and how many there are. */
interface Position {
  readonly rank: number;
  readonly size: number;
}

function positionOf(
  environment: Environment,
  ...variables: readonly ['rank' | 'localRank', 'size' | 'localSize']
): Position {
  const launcher = launcherOf(environment);
  const [rank, size] = variables.map((name) => launcher && numberOf(environment[launcher[name]]));
  return { rank: rank ?? 0, size: Math.max(1, size ?? 1) };
}

/** This process among all that the launcher started, as far as the environment has it. */
export const startedProcesses = (environment: Environment = process.env): Position =>
  positionOf(environment, 'rank', 'size');

/** This process among those of its machine. */
export const localProcesses = (environment: Environment = process.env): Position =>
  positionOf(environment, 'localRank', 'localSize');
