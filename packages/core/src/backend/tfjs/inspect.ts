import { DeviceError, KindlingError } from '../../errors.ts';
import { missingCuda } from './libraries.ts';
import { type BindingName, bindingFileOf, findPackage, type InstalledPackage } from './lookup.ts';
import { readSetupRecord, recordFileOf, type SetupRecord } from './setup-record.ts';

const notLoaded = 'not loaded to see';

/** The record of a binding; what is wrong with one that cannot be read goes to the one who asked for the device's state. */
function recordOf(installed: InstalledPackage): SetupRecord | undefined {
  try {
    return readSetupRecord(installed);
  } catch (error) {
    if (!(error instanceof KindlingError)) throw error;
    throw new DeviceError(`${error.message}; \`kindling tfjs setup\` rewrites it`);
  }
}

function withoutBinding({ name, version, folder }: InstalledPackage): DeviceError {
  return new DeviceError(
    `${name} ${version} in ${folder} has no compiled binding; \`kindling tfjs setup\` compiles it for an installed TensorFlow`,
  );
}

/**
 * What a package that binds libtensorflow would serve the device with, from its files alone: nothing is run.
 *
 * @throws DeviceError with the reason where it could not serve.
 */
export function inspectBinding(name: BindingName): string {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const installed = findPackage(name);
  const { version, folder } = installed;
  if (!existsSync(bindingFileOf(installed))) throw withoutBinding(installed);
  const record = recordOf(installed);
  const where = `${name} ${version} in ${folder}`;
  const isGpu = name.endsWith('-gpu');
  if (record === undefined) {
    const libraries = join(folder, 'deps', 'lib');
    const own = existsSync(libraries) ? `TensorFlow in ${libraries}` : 'a TensorFlow without a setup record';
    const missing = isGpu ? missingCuda('2.9.1', libraries) : undefined;
    if (missing !== undefined) throw new DeviceError(`${where}: ${missing}`);
    return `${where} with ${own}; ${notLoaded}`;
  }
  const { tensorflow, made } = record;
  const gone = tensorflow.libraries.find((library) => !existsSync(library));
  if (gone !== undefined) {
    throw new DeviceError(
      `${where} was set up with TensorFlow ${tensorflow.version}, whose ${gone} no longer exists; \`kindling tfjs setup\` links it to another`,
    );
  }
  const missing = isGpu ? missingCuda(tensorflow.version, tensorflow.folder) : undefined;
  if (missing !== undefined) {
    throw new DeviceError(
      `${where} with TensorFlow ${tensorflow.version} from ${tensorflow.folder}: ${missing}`,
    );
  }
  return `${where} with TensorFlow ${tensorflow.version} from ${tensorflow.folder}, set up ${made.slice(0, 10)} (${recordFileOf(installed)}); ${notLoaded}`;
}

/** What is installed of an engine that a program registers itself, or that KINDLING_TFJS_ENGINE names. Throws as it would not serve. */
export function inspectRegistered(forced: string | undefined): string {
  const core = findPackage('@tensorflow/tfjs-core');
  if (forced === 'cpu') {
    const engine = findPackage('@tensorflow/tfjs-backend-cpu');
    return `TensorFlow.js ${core.version}, engine cpu in ${engine.folder}; ${notLoaded}`;
  }
  const hint =
    forced === undefined
      ? "import one in the program, such as '@tensorflow/tfjs-backend-wasm', or set KINDLING_TFJS_ENGINE"
      : `await tf.setBackend('${forced}') in the program`;
  throw new DeviceError(`no engine is registered in TensorFlow.js ${core.version}; ${hint}`);
}
