import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { launcherOf, localProcesses } from '../src/mpi/launcher.ts';

describe('the launcher', () => {
  test.each([
    [{}, undefined],
    [{ OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '2' }, 'Open MPI (mpirun)'],
    [{ PMI_RANK: '0', PMI_SIZE: '2' }, 'MPICH (mpiexec)'],
    [{ PMIX_RANK: '3', SLURM_NTASKS: '4' }, 'Slurm (srun)'],
    [{ PMI_RANK: 'none' }, undefined],
  ])('of %j is %s', (environment, name) => {
    expect(launcherOf(environment)?.name).toBe(name);
  });

  test('says which process of its machine this one is', () => {
    expect(localProcesses({})).toEqual({ rank: 0, size: 1 });
    const environment = {
      OMPI_COMM_WORLD_RANK: '5',
      OMPI_COMM_WORLD_LOCAL_RANK: '1',
      OMPI_COMM_WORLD_LOCAL_SIZE: '4',
    };
    expect(localProcesses(environment)).toEqual({ rank: 1, size: 4 });
  });

  test('whose library is not there is an error that says what was looked for', () => {
    const program = `import('@kindling/distributed').then(({ initProcessGroup }) => initProcessGroup()).catch((e) => console.log(e.name, e.message))`;
    const { stdout } = spawnSync(
      process.execPath,
      [
        '--conditions=@kindling/source',
        '--import',
        import.meta.resolve('tsx'),
        '--input-type=module',
        '-e',
        program,
      ],
      {
        encoding: 'utf8',
        cwd: new URL('.', import.meta.url),
        env: { ...process.env, PMI_RANK: '0', PMI_SIZE: '1', KINDLING_MPI_LIBRARY: 'libmpi-of-nobody.so' },
      },
    );
    expect(stdout).toContain(
      'DeviceError mpi: expected the library of MPICH (mpiexec), found none that loads',
    );
    expect(stdout).toContain('libmpi-of-nobody.so');
    expect(stdout).toContain('KINDLING_MPI_LIBRARY');
  });
});
