/** Shared libraries that TensorFlow 2.9, which the bindings of TensorFlow.js 4 are built on, opens for a GPU. */
const cudaLibraries: { readonly [platform: string]: readonly string[] } = {
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
};

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
export function searchedFolders(bindingFolder: string): string {
  const path = process.env[pathVariable] ?? '';
  const system = process.platform === 'win32' ? '' : `, ${systemFolders.join(', ')}`;
  return `${bindingFolder}, ${pathVariable} (${path === '' ? 'not set' : path})${system}`;
}

/** Libraries of CUDA 11 and cuDNN 8 that are in none of the folders. */
export function missingCudaLibraries(bindingFolder: string): readonly string[] {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const folders = [bindingFolder, ...listed(), ...(process.platform === 'linux' ? systemFolders : [])];
  return (cudaLibraries[process.platform] ?? []).filter(
    (file) => !folders.some((folder) => existsSync(join(folder, file))),
  );
}
