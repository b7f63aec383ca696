import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A launcher of MPI that is installed. */
export interface TestLauncher {
  readonly name: 'Open MPI' | 'MPICH';
  readonly program: string;
}

const candidates = ['mpirun.openmpi', 'mpirun.mpich', 'mpirun', 'mpiexec'];

/** One of each kind. */
export const launchers: readonly TestLauncher[] = candidates
  .flatMap((program): TestLauncher[] => {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    if (status !== 0) return [];
    return [{ program, name: /open ?mpi|openrte|prte/i.test(stdout) ? 'Open MPI' : 'MPICH' }];
  })
  .filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i);

for (const name of ['Open MPI', 'MPICH'] as const) {
  if (!launchers.some((launcher) => launcher.name === name)) {
    console.log(`Skipped under ${name}: no mpirun of it (Debian: openmpi-bin, mpich)`);
  }
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
}

const options = { 'Open MPI': ['--allow-run-as-root', '--oversubscribe'], MPICH: [] } as const;

/** Runs a program of the folder `programs` in so many processes. */
export function runProcesses(
  { name, program }: TestLauncher,
  count: number,
  file: string,
  words: readonly string[] = [],
): Promise<Ended> {
  const path = fileURLToPath(new URL(`programs/${file}`, import.meta.url));
  const node = [
    process.execPath,
    '--conditions=@kindling/source',
    '--import',
    import.meta.resolve('tsx'),
    path,
  ];
  const began = performance.now();
  const child = spawn(program, ['-n', `${count}`, ...options[name], ...node, ...words], {
    env: { ...process.env, KINDLING_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, took: performance.now() - began }));
  });
}
