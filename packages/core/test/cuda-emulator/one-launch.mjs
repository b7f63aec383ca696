// Launches one kernel of the emulator's tests and ends without freeing anything: node one-launch.mjs LIBRARY KERNEL N
import { createRequire } from 'node:module';

const [library, name, n] = process.argv.slice(2);
const koffi = createRequire(import.meta.url)('koffi');
const driver = koffi.load(library);
const out = new BigUint64Array(1);

function call(name, types, ...parameters) {
  const code = driver.func(`int ${name}(${types})`)(...parameters);
  if (code !== 0) throw new Error(`${name}: ${code}`);
  return out[0];
}

call('cuInit', 'uint32_t', 0);
call('cuCtxSetCurrent', 'uint64_t', call('cuDevicePrimaryCtxRetain', 'void *, int', out, 0));
const x = call('cuMemAlloc_v2', 'void *, size_t', out, 256);
const y = call('cuMemAlloc_v2', 'void *, size_t', out, 260);
const entry = `.visible .entry ${name}(.param .align 8 .b8 p[24])\n{ ret; }\n`;
const text = `.version 8.0\n.target sm_75\n.address_size 64\n${entry}`;
const module = call('cuModuleLoadData', 'void *, const char *', out, text);
const kernel = call('cuModuleGetFunction', 'void *, uint64_t, const char *', out, module, name);
const struct = new DataView(new ArrayBuffer(24));
struct.setBigUint64(0, x, true);
struct.setBigUint64(8, y, true);
struct.setInt32(16, Number(n), true);
const pointers = new BigUint64Array([BigInt(koffi.address(struct))]);
const shape = [1, 1, 1, 1, 1, 1];
const numbers = Array.from({ length: 7 }, () => 'uint32_t').join(', ');
call(
  'cuLaunchKernel',
  `uint64_t, ${numbers}, void *, void *, void *`,
  kernel,
  ...shape,
  0,
  null,
  pointers,
  null,
);
