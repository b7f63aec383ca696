import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { newFolder } from '../process/kindling.ts';

const core = createRequire(new URL('../../../../packages/core/package.json', import.meta.url));

/** Makes files, with the folders that they are in. */
async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

/** The binding's source: a module of Node-API that tells what TF_Version says. */
const bindingSource = `
#include <node_api.h>
#include "tensorflow/c/c_api.h"
static napi_value init(napi_env env, napi_value exports) {
  napi_value version;
  napi_create_string_utf8(env, TF_Version(), NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "TF_Version", version);
  return exports;
}
NAPI_MODULE(tfjs_binding, init)
`;

/** A package that loads its binding as the real one does and computes on TensorFlow.js' CPU engine. Loaded, it leaves a file. */
const packageProgram = (marker: string): string => `
require('fs').writeFileSync(${JSON.stringify(marker)}, '');
const binding = require(require('@mapbox/node-pre-gyp').find(require('path').join(__dirname, 'package.json')));
const tf = require(${JSON.stringify(core.resolve('@tensorflow/tfjs-core'))});
const { MathBackendCPU } = require(${JSON.stringify(core.resolve('@tensorflow/tfjs-backend-cpu'))});
tf.copyRegisteredKernels('cpu', 'tensorflow');
tf.registerBackend('tensorflow', () => Object.assign(new MathBackendCPU(), { binding }), 3);
tf.setBackend('tensorflow');
module.exports = tf;
`;

/** As the real one, whose exports cannot be assigned to. */
const finderProgram = `
Object.defineProperty(exports, 'find', {
  enumerable: true,
  get: () => (manifest) => require('path').join(require('path').dirname(manifest), 'lib/napi-v8/tfjs_binding.node'),
});
`;

/** A folder in which a stand-in of a package of TensorFlow.js is installed, as with its scripts ignored. */
export interface Project {
  readonly folder: string;
  /** Where the package is. */
  readonly installed: string;
  readonly binding: string;
  readonly record: string;
  /** The file that is there once the package was loaded. */
  readonly marker: string;
}

export async function projectWithPackage(version = '4.22.0'): Promise<Project> {
  const folder = await newFolder();
  const installed = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  const marker = join(folder, 'was-loaded');
  await write(folder, {
    'node_modules/@tensorflow/tfjs-node/package.json': JSON.stringify({
      name: '@tensorflow/tfjs-node',
      version,
      main: 'index.js',
    }),
    'node_modules/@tensorflow/tfjs-node/index.js': packageProgram(marker),
    'node_modules/@tensorflow/tfjs-node/binding/binding.cc': bindingSource,
    'node_modules/@mapbox/node-pre-gyp/package.json':
      '{ "name": "@mapbox/node-pre-gyp", "main": "index.js" }',
    'node_modules/@mapbox/node-pre-gyp/index.js': finderProgram,
  });
  const place = join(installed, 'lib', 'napi-v8');
  return {
    folder,
    installed,
    marker,
    binding: join(place, 'tfjs_binding.node'),
    record: join(place, 'kindling-setup.json'),
  };
}

/** What a stand-in of TensorFlow does when it is asked for its version. */
export interface StandInTensorflow {
  readonly version?: string;
  /** The C++ of TF_Version's body. Default: it returns the version. */
  readonly body?: string;
}

/** Compiles a shared library that has the C API's one function. */
function compileLibrary(file: string, source: string): void {
  execFileSync('g++', ['-shared', '-fPIC', '-x', 'c++', '-', '-o', file], { input: source });
}

const header = 'extern "C" const char *TF_Version(void);\n';
const library = ({ version = '2.21.0', body = `return "${version}";` }: StandInTensorflow): string =>
  `#include <cstdlib>\nextern "C" const char *TF_Version(void) { ${body} }\n`;

/** A stand-in of an unpacked libtensorflow. */
export async function unpackedTensorflow(settings: StandInTensorflow = {}): Promise<string> {
  const folder = join(await newFolder(), 'libtensorflow');
  await write(folder, { 'include/tensorflow/c/c_api.h': header, 'lib/.keep': '' });
  compileLibrary(join(folder, 'lib', 'libtensorflow.so.2'), library(settings));
  compileLibrary(join(folder, 'lib', 'libtensorflow_framework.so.2'), '');
  return folder;
}

/** A stand-in of an environment of Python in which TensorFlow's wheel is installed. */
export async function environmentWithWheel(settings: StandInTensorflow = {}): Promise<string> {
  const environment = await newFolder();
  const site = join(environment, 'lib', 'python3.11', 'site-packages');
  const { version = '2.21.0' } = settings;
  await write(site, {
    'tensorflow/include/tensorflow/c/c_api.h': header,
    'tensorflow_hub-0.1.0.dist-info/RECORD': 'tensorflow_hub/__init__.py,,\n',
    'tensorflow_hub-0.1.0.dist-info/METADATA': 'Version: 0.1.0\n',
    [`tensorflow_cpu-${version}.dist-info/RECORD`]: 'tensorflow/include/tensorflow/c/c_api.h,,\n',
    [`tensorflow_cpu-${version}.dist-info/METADATA`]: `Metadata-Version: 2.4\nName: tensorflow_cpu\nVersion: ${version}\n`,
  });
  compileLibrary(join(site, 'tensorflow', 'libtensorflow_cc.so.2'), library(settings));
  compileLibrary(join(site, 'tensorflow', 'libtensorflow_framework.so.2'), '');
  return environment;
}
