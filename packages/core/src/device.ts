import { countCudaDevices, openCuda } from './backend/cuda/open.ts';
import { registerDevice } from './backend/devices.ts';
import { openNative } from './backend/native/native.ts';
import { referenceBackend } from './backend/reference/reference.ts';
import { tfjsCandidates } from './backend/tfjs/engines.ts';

registerDevice('cpu', { engine: 'native', open: openNative });
registerDevice('cpu', { engine: 'reference', open: () => referenceBackend });
registerDevice('cuda', { engine: 'cuda', open: openCuda, count: countCudaDevices });
for (const candidate of tfjsCandidates) registerDevice('tfjs', candidate);

export {
  backendFor,
  type DeviceReport,
  deviceReports,
  getDefaultDevice,
  setDefaultDevice,
} from './backend/devices.ts';
