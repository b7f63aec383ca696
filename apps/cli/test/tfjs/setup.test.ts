import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { jsonLines, kindlingProcess, newFolder } from '../process/kindling.ts';
import { environmentWithWheel, type Project, projectWithPackage, unpackedTensorflow } from './stand-in.ts';

const hasCompiler = process.platform === 'linux' && spawnSync('g++', ['--version']).status === 0;

beforeEach(({ skip }) => skip(!hasCompiler, 'the stand-ins of TensorFlow are compiled with g++ on Linux'));

const setup = ({ folder }: Project, args: readonly string[] = [], env: Record<string, string> = {}) =>
  kindlingProcess(['tfjs', 'setup', ...args], { cwd: folder, env });

const contents = async (project: Project): Promise<readonly string[]> =>
  (await readdir(project.installed, { recursive: true })).sort();

describe('tfjs setup', () => {
  test('links the binding to an unpacked libtensorflow, and the device works', async () => {
    const project = await projectWithPackage();
    const tensorflow = await unpackedTensorflow();
    const { code, stdout, stderr } = await setup(project, ['--tensorflow', tensorflow]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(
      `@tensorflow/tfjs-node 4.22.0 works with TensorFlow 2.21.0 from ${tensorflow}\n`,
    );
    expect(JSON.parse(await readFile(project.record, 'utf8'))).toMatchObject({
      package: { name: '@tensorflow/tfjs-node', version: '4.22.0' },
      tensorflow: {
        version: '2.21.0',
        folder: tensorflow,
        libraries: [
          join(tensorflow, 'lib', 'libtensorflow.so.2'),
          join(tensorflow, 'lib', 'libtensorflow_framework.so.2'),
        ],
      },
      compiler: expect.stringMatching(/^g\+\+: /),
    });
    const trained = await kindlingProcess(['train', 'xor', '--device', 'tfjs', '--epochs', '2'], {
      cwd: project.folder,
    });
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stderr).toContain('xor: 9 parameters on tfjs');
  });

  test('devices and doctor tell which TensorFlow it is, and load nothing', async () => {
    const project = await projectWithPackage();
    const tensorflow = await unpackedTensorflow({ version: '2.20.0' });
    expect((await setup(project, ['--tensorflow', tensorflow])).code).toBe(0);
    // The trial has loaded the package.
    expect(existsSync(project.marker)).toBe(true);
    await writeFile(project.marker, 'before');
    const text = `@tensorflow/tfjs-node 4.22.0 in ${project.installed} with TensorFlow 2.20.0 from ${tensorflow}, set up 20`;
    for (const command of ['devices', 'doctor']) {
      const { code, stdout } = await kindlingProcess([command, '--json'], { cwd: project.folder });
      expect(code).toBe(0);
      const line = jsonLines(stdout).find(
        ({ device, check }) => device === 'tfjs' || check === 'device tfjs',
      );
      expect(JSON.stringify(line)).toContain(text);
      expect(line).toMatchObject(
        command === 'devices' ? { engine: 'tfjs-node', available: true } : { state: 'ok' },
      );
    }
    expect(await readFile(project.marker, 'utf8')).toBe('before');
  });

  test('finds the wheel of an environment of Python, and prints a line of JSON', async () => {
    const project = await projectWithPackage();
    const environment = await environmentWithWheel();
    const site = join(environment, 'lib', 'python3.11', 'site-packages');
    const { code, stdout, stderr } = await setup(project, ['--json'], { VIRTUAL_ENV: environment });
    expect(code, stderr).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      expect.objectContaining({
        type: 'tfjs-setup',
        folder: project.installed,
        tensorflow: expect.objectContaining({ version: '2.21.0', folder: join(site, 'tensorflow') }),
        files: { binding: project.binding, record: project.record },
      }),
    ]);
    expect(stderr).toContain(`compiling its binding for TensorFlow 2.21.0 in ${join(site, 'tensorflow')}`);
  });

  test('prefers what KINDLING_TENSORFLOW names', async () => {
    const project = await projectWithPackage();
    const named = await unpackedTensorflow({ version: '2.19.1' });
    const env = { VIRTUAL_ENV: await environmentWithWheel(), KINDLING_TENSORFLOW: named };
    const { code, stdout } = await setup(project, [], env);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`works with TensorFlow 2.19.1 from ${named}`),
    ]);
  });

  test('keeps a binding that it had not made, and that alone', async () => {
    const project = await projectWithPackage();
    await mkdir(dirname(project.binding), { recursive: true });
    await writeFile(project.binding, 'of the user');
    const tensorflow = await unpackedTensorflow();
    const backup = `${project.binding}.before-kindling`;
    for (const first of [true, false]) {
      const { code, stdout } = await setup(project, ['--tensorflow', tensorflow]);
      expect([code, stdout.includes(backup)]).toEqual([0, first]);
      expect(await readFile(backup, 'utf8')).toBe('of the user');
    }
    expect(await contents(project)).toEqual(
      [
        'binding',
        'binding/binding.cc',
        'index.js',
        'lib',
        'lib/napi-v8',
        'lib/napi-v8/kindling-setup.json',
        'lib/napi-v8/tfjs_binding.node',
        'lib/napi-v8/tfjs_binding.node.before-kindling',
        'package.json',
      ].sort(),
    );
  });

  test.for([
    [
      'ends the process that loads it',
      'std::abort();',
      /failed its test; nothing was changed: it was ended by SIGABRT/,
    ],
    [
      'does not tell its version',
      'return "";',
      /nothing was changed: the binding does not report the version of TensorFlow/,
    ],
  ] as const)('leaves all as it was where TensorFlow %s', async ([, body, message]) => {
    const project = await projectWithPackage();
    const tensorflow = await unpackedTensorflow();
    expect((await setup(project, ['--tensorflow', tensorflow])).code).toBe(0);
    const before = await readFile(project.binding);
    const record = await readFile(project.record, 'utf8');
    const files = await contents(project);
    const { code, stdout, stderr } = await setup(project, [
      '--tensorflow',
      await unpackedTensorflow({ body }),
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(await readFile(project.binding)).toEqual(before);
    expect(await readFile(project.record, 'utf8')).toBe(record);
    expect(await contents(project)).toEqual(files);
  });

  test('shows what the compiler says of a binding that does not compile', async () => {
    const project = await projectWithPackage();
    await writeFile(join(project.installed, 'binding', 'binding.cc'), '#error of no use\n');
    const files = await contents(project);
    const { code, stderr } = await setup(project, ['--tensorflow', await unpackedTensorflow()]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/g\+\+ failed to compile.*nothing was changed.*error: #error of no use/s),
    ]);
    expect(await contents(project)).toEqual(files);
  });
});

describe('tfjs setup says what is missing, and what to do', () => {
  test('with exit code 4 for everything that can be installed', async () => {
    const { code, stdout, stderr } = await kindlingProcess(['tfjs', 'setup'], {
      cwd: await newFolder(),
      env: { PATH: dirname(process.execPath), CXX: 'no-compiler' },
    });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(
      /TensorFlow.js: .*@tensorflow\/tfjs-node is not installed.*npm install --ignore-scripts @tensorflow\/tfjs-node/,
    );
    expect(stderr).toMatch(/TensorFlow: not found in .*pip install --no-deps tensorflow-cpu.*--tensorflow/);
    if (spawnSync('g++', ['--version'], { env: { PATH: dirname(process.execPath) } }).status !== 0) {
      expect(stderr).toMatch(
        /C\+\+ compiler: not found \(no-compiler, g\+\+, clang\+\+, c\+\+\); install one with apt install g\+\+/,
      );
    }
  });

  test('for a package of another version', async () => {
    const { code, stderr } = await setup(await projectWithPackage('3.21.0'), [
      '--tensorflow',
      await unpackedTensorflow(),
    ]);
    expect([code, stderr]).toEqual([
      4,
      expect.stringMatching(/@tensorflow\/tfjs-node 4: .* holds 3\.21\.0; run npm install/),
    ]);
  });

  test('with exit code 2 for a folder that holds no TensorFlow, or one too old', async () => {
    const project = await projectWithPackage();
    const empty = await newFolder();
    const old = join(
      await environmentWithWheel({ version: '2.4.0' }),
      'lib/python3.11/site-packages/tensorflow',
    );
    for (const [folder, message] of [
      ['/nowhere', '/nowhere does not exist'],
      [
        empty,
        `${empty} has neither libtensorflow_cc.so.2 (a wheel has it) nor lib/libtensorflow.so.2 (an unpacked libtensorflow has it)`,
      ],
      [old, `${old} holds TensorFlow 2.4.0, and the binding wants 2.9 or a newer 2.x`],
    ] as const) {
      const { code, stderr } = await setup(project, ['--tensorflow', folder]);
      const start = '--tensorflow: expected the folder of a wheel';
      expect([code, stderr]).toEqual([2, expect.stringContaining(start)]);
      expect(stderr).toContain(message);
      expect((await setup(project, [], { KINDLING_TENSORFLOW: folder })).code).toBe(2);
    }
  });
});

describe('code of the working directory', () => {
  const document = JSON.stringify({
    name: 'mine',
    device: 'tfjs',
    data: { source: 'xor' },
    model: [{ type: 'linear', out: 1 }],
    loss: 'bceWithLogits',
    optimizer: { type: 'sgd', lr: 1 },
    epochs: 2,
  });

  test('runs where a command line or the environment names the device, not where a document does', async () => {
    const project = await projectWithPackage();
    const tensorflow = await unpackedTensorflow();
    expect((await setup(project, ['--tensorflow', tensorflow])).code).toBe(0);
    await writeFile(join(project.folder, 'mine.json'), document);
    const run = async (args: readonly string[], env: Record<string, string> = {}) => {
      await writeFile(project.marker, 'before');
      const ended = await kindlingProcess(args, { cwd: project.folder, env });
      return { ...ended, isLoaded: (await readFile(project.marker, 'utf8')) === '' };
    };

    const trained = await run(['train', 'mine.json', '--device', 'tfjs', '--run-dir', 'runs/mine']);
    expect([trained.code, trained.isLoaded], trained.stderr).toEqual([0, true]);
    for (const args of [
      ['train', 'mine.json'],
      ['train', 'mine.json', '--resume', '--epochs', '4'],
      ['eval', 'mine'],
      ['predict', 'mine', '--row', '0,1'],
    ]) {
      const refused = await run(args);
      expect([refused.code, refused.isLoaded], args.join(' ')).toEqual([4, false]);
      expect(refused.stderr).toContain('--device tfjs on the command line');
    }
    for (const args of [
      ['train', 'mine.json', '--dry-run'],
      ['train', 'mine.json', '--dry-run', '--device', 'tfjs'],
      ['devices'],
      ['doctor'],
    ]) {
      const read = await run(args);
      expect([read.code, read.isLoaded], args.join(' ')).toEqual([0, false]);
    }
    for (const [args, env] of [
      [['train', 'mine.json', '--set', 'device=tfjs'], {}],
      [['train', 'mine.json', '--resume', '--epochs', '4', '--device', 'tfjs'], {}],
      [['eval', 'mine', '--device', 'tfjs'], {}],
      [['predict', 'mine', '--row', '0,1', '--device', 'tfjs'], {}],
      [['train', 'mine.json'], { KINDLING_TFJS_ENGINE: 'node' }],
    ] as const) {
      const named = await run(args, env);
      expect([named.code, named.isLoaded], `${args.join(' ')}: ${named.stderr}`).toEqual([0, true]);
    }
  });

  test('--dry-run says that the device is not there as training does', async () => {
    const cwd = await newFolder();
    const { code, stderr } = await kindlingProcess(['train', 'xor', '--device', 'tfjs', '--dry-run'], {
      cwd,
    });
    expect([code, stderr]).toEqual([4, expect.stringContaining('@tensorflow/tfjs-node is not installed')]);
  });

  test('float64 is refused before anything is loaded', async () => {
    const { code, stderr } = await kindlingProcess(['train', 'weight-height-numpy', '--device', 'tfjs']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('float64, which TensorFlow.js does not support'),
    ]);
  });
});
