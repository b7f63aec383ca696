import { registerDevice } from './backend/devices.ts';
import { openNative } from './backend/native/native.ts';
import { referenceBackend } from './backend/reference/reference.ts';

registerDevice('cpu', { engine: 'native', open: openNative });
registerDevice('cpu', { engine: 'reference', open: () => referenceBackend });

export { backendFor, type DeviceReport, deviceReports } from './backend/devices.ts';
