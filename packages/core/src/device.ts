import { engines } from '#engines';
import { registerDevice } from './backend/devices.ts';

for (const [kind, candidate] of engines) registerDevice(kind, candidate);

export {
  announceFallback,
  backendFor,
  type DeviceReport,
  deviceReports,
  getDefaultDevice,
  setDefaultDevice,
} from './backend/devices.ts';
