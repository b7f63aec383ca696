// What the set-up of TensorFlow needs of this package. Not for programs: it changes without notice.
export { inspectDevice } from './backend/devices.ts';
export {
  type BindingName,
  bindingFileOf,
  bindingNames,
  findPackage,
  type InstalledPackage,
  NAPI_VERSION,
} from './backend/tfjs/lookup.ts';
export { loadBinding } from './backend/tfjs/packages.ts';
export { hashOf, readSetupRecord, recordFileOf, type SetupRecord } from './backend/tfjs/setup-record.ts';
