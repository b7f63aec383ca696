import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { ExitCode } from '../exit-code.ts';
import { stopSignals } from '../interruption.ts';
import { UsageError } from '../usage-error.ts';

/** Programs that start processes of MPI, in the order in which they are looked for. */
const programs = ['mpirun', 'mpiexec'] as const;

interface Launcher {
  readonly program: string;
  readonly isOpenMpi: boolean;
}

function findLauncher(): Launcher {
  for (const program of programs) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { program, isOpenMpi: /Open MPI|OpenRTE|PRTE/i.test(stdout) };
  }
  throw new UsageError(
    `--processes: expected ${programs.join(' or ')} of an MPI, found neither; install Open MPI (openmpi-bin) or MPICH (mpich)`,
  );
}

/** Open MPI starts no more processes than cores, and none for root, unless it is allowed to. */
const openMpiOptions = (count: number): string[] => [
  ...(count > availableParallelism() ? ['--oversubscribe'] : []),
  ...(process.getuid?.() === 0 ? ['--allow-run-as-root'] : []),
];

/**
 * Starts a command line of this program in several processes on this machine, by the launcher of the MPI that is installed. A signal
 * asks them to end in their own time, a second ends them at once.
 *
 * @returns the exit code of the first process that failed; 0 where none did.
 */
export function launchProcesses(count: number, argv: readonly string[]): Promise<number> {
  const { program, isOpenMpi } = findLauncher();
  const own = [process.execPath, ...process.execArgv, process.argv[1]!, ...argv];
  const child = spawn(program, ['-n', `${count}`, ...(isOpenMpi ? openMpiOptions(count) : []), ...own], {
    stdio: 'inherit',
    // A terminal would send its Ctrl-C to the launcher too, which kills at once.
    detached: true,
  });
  let exitCode: ExitCode | undefined;
  for (const [name, code] of Object.entries(stopSignals)) {
    process.on(name, () => {
      child.kill(exitCode === undefined ? 'SIGUSR2' : 'SIGTERM');
      exitCode ??= code;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? 0 : (exitCode ?? code ?? 1)));
  });
}

/** This command line without `--processes` and its number. */
export function withoutProcesses(argv: readonly string[]): string[] {
  return argv.filter(
    (word, i) => word !== '--processes' && !word.startsWith('--processes=') && argv[i - 1] !== '--processes',
  );
}
