/** What a release of TensorFlow opens for a GPU. */
interface Cuda {
  readonly major: 11 | 12;
  /** In words. */
  readonly wanted: string;
  readonly libraries: { readonly [platform: string]: readonly string[] };
}

const cuda11: Cuda = {
  major: 11,
  wanted: 'CUDA 11 and cuDNN 8',
  libraries: {
    linux: [
      'libcudart.so.11.0',
      'libcublas.so.11',
      'libcublasLt.so.11',
      'libcufft.so.10',
      'libcurand.so.10',
      'libcusolver.so.11',
      'libcusparse.so.11',
      'libcudnn.so.8',
    ],
    win32: ['cudart64_110.dll', 'cublas64_11.dll', 'cublasLt64_11.dll', 'cufft64_10.dll', 'cudnn64_8.dll'],
  },
};

/** On Linux alone: TensorFlow has had no GPU on Windows since 2.11. */
const cuda12 = (cudnn: number): Cuda => ({
  major: 12,
  wanted: `CUDA 12 and cuDNN ${cudnn} (pip install 'tensorflow[and-cuda]' brings both)`,
  libraries: {
    linux: [
      'libcudart.so.12',
      'libcublas.so.12',
      'libcublasLt.so.12',
      'libcufft.so.11',
      'libcusolver.so.11',
      'libcusparse.so.12',
      `libcudnn.so.${cudnn}`,
    ],
  },
});

/** What a version of TensorFlow wants. Source: https://www.tensorflow.org/install/source#gpu */
function cudaOf(version: string): Cuda {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 15)) return cuda11;
  return cuda12(major === 2 && minor < 18 ? 8 : 9);
}

/** Where the system's loader looks on Linux besides LD_LIBRARY_PATH; ld.so.conf may name more. */
const systemFolders = [
  '/usr/local/cuda/lib64',
  `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
  '/usr/lib64',
  '/usr/lib',
];

/** The variable that names folders of shared libraries. */
const pathVariable = process.platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH';

function listed(): readonly string[] {
  const separator = process.platform === 'win32' ? ';' : ':';
  return (process.env[pathVariable] ?? '').split(separator).filter((folder) => folder !== '');
}

/** Where shared libraries that TensorFlow needs are looked for, in words. */
export function searchedFolders(tensorflowFolder: string): string {
  const path = process.env[pathVariable] ?? '';
  const system = process.platform === 'win32' ? '' : `, ${systemFolders.join(', ')}`;
  return `${tensorflowFolder}, ${pathVariable} (${path === '' ? 'not set' : path})${system}`;
}

/** The folders of the CUDA libraries that pip installs beside the package of TensorFlow. */
function besideWheel(tensorflowFolder: string): readonly string[] {
  const { readdirSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  const nvidia = join(dirname(tensorflowFolder), 'nvidia');
  try {
    return readdirSync(nvidia).map((name) => join(nvidia, name, 'lib'));
  } catch {
    return [];
  }
}

/** The libraries of CUDA and cuDNN that a version of TensorFlow opens and that are in none of the folders, in words. */
export function missingCuda(version: string, tensorflowFolder: string): string | undefined {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const { wanted, libraries } = cudaOf(version);
  const folders = [
    tensorflowFolder,
    ...besideWheel(tensorflowFolder),
    ...listed(),
    ...(process.platform === 'linux' ? systemFolders : []),
  ];
  const missing = (libraries[process.platform] ?? []).filter(
    (file) => !folders.some((folder) => existsSync(join(folder, file))),
  );
  if (missing.length === 0) return undefined;
  return `expected ${wanted}, found no ${missing.join(', ')} in ${searchedFolders(tensorflowFolder)}`;
}

/** The GPU that a version of TensorFlow expects, in words. */
export const expectedGpu = (version: string): string =>
  `expected a GPU with a driver for CUDA ${cudaOf(version).major} (nvidia-smi lists them) and a TensorFlow that is built for it`;
