import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { ExitCode } from '../exit-code.ts';
import { stopSignals } from '../interruption.ts';
import { UsageError } from '../usage-error.ts';
import { openStopLine } from './stop-line.ts';

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

/** Open MPI starts no more processes than cores, and none for root, unless it is allowed to; exit codes other than 0 it comments on. */
const openMpiOptions = (count: number): string[] => [
  '--quiet',
  ...(count > availableParallelism() ? ['--oversubscribe'] : []),
  ...(process.getuid?.() === 0 ? ['--allow-run-as-root'] : []),
];

/**
 * Starts a command line of this program in several processes on this machine, by the launcher of the MPI that is installed. A signal
 * asks them to end in their own time, a second ends them at once.
 *
 * @returns the exit code of the first process that failed; 0 where none did.
 * @throws UsageError without a launcher.
 * @throws Error where the launcher starts nothing.
 */
export function launchProcesses(count: number, argv: readonly string[]): Promise<ExitCode> {
  const { program, isOpenMpi } = findLauncher();
  const own = [process.execPath, ...process.execArgv, process.argv[1]!, ...argv];
  const line = openStopLine();
  const child = spawn(program, ['-n', `${count}`, ...(isOpenMpi ? openMpiOptions(count) : []), ...own], {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...line.env,
      COLUMNS: process.stdout.columns ? `${process.stdout.columns}` : undefined,
    },
    // A terminal would send its Ctrl-C to the launcher too, which kills at once.
    detached: true,
  });
  let exitCode: ExitCode | undefined;
  for (const [name, code] of Object.entries(stopSignals)) {
    process.on(name, (signal: NodeJS.Signals) => {
      if (exitCode === undefined) line.raise(signal);
      else child.kill();
      exitCode ??= code;
    });
  }
  return new Promise<ExitCode>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 || exitCode !== undefined) resolve(code === 0 ? 0 : exitCode!);
      else if (line.isUsed) resolve((code ?? 1) as ExitCode);
      else
        reject(
          new Error(
            `${program} started no process (exit code ${code}); see: ${program} -n ${count} hostname`,
          ),
        );
    });
  }).finally(() => line[Symbol.dispose]());
}

/** This command line without `--processes` and its number. */
export function withoutProcesses(argv: readonly string[]): string[] {
  return argv.filter(
    (word, i) => word !== '--processes' && !word.startsWith('--processes=') && argv[i - 1] !== '--processes',
  );
}
