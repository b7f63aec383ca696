import assert from 'node:assert/strict';
import { output } from './command.mjs';

/**
 * How an engine rounds, of what consumer/web/src/xor-losses.js gives: WebAssembly with relaxed instructions rounds a product and a sum
 * together, as the native engine does where the processor can; without, each by itself.
 */
export const roundingOf = ({ engine, result }) =>
  engine === 'wasm' && !result.includes('relaxed') ? 'apart' : 'together';

/** The losses in Node.js by how the engine rounds, in a folder with consumer/web in it. Node.js 20 has no relaxed instructions. */
export function lossesOfNode(folder) {
  const run = (env) => {
    const { stdout, stderr } = output(process.execPath, ['losses.js'], { cwd: folder, env });
    assert.equal(stderr, '');
    const { engine, losses } = JSON.parse(stdout);
    assert.equal(engine, env.KINDLING_BACKEND);
    assert.equal(losses[0].toFixed(7), '0.7434073');
    assert.equal(losses.at(-1).toFixed(7), '0.0012345');
    return losses;
  };
  return {
    together: run({ KINDLING_BACKEND: 'native' }),
    apart: run({ KINDLING_BACKEND: 'wasm', KINDLING_ISA: 'simd128' }),
  };
}
