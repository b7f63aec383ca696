// The tutorial programs through the command line: their first losses are those of PyTorch 2.15 and NumPy 2.4 on the CPU.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../../apps/cli/bin/kindling.mjs', import.meta.url));
const newFolder = () => mkdtempSync(join(tmpdir(), 'kindling-cuda-'));
const dataDir = process.env.KINDLING_DATA_DIR ?? '';
const without = (file) =>
  existsSync(join(dataDir, file)) ? false : `no ${file} in KINDLING_DATA_DIR (${dataDir || 'not set'})`;

/** Losses by step, of a training that is ended once the last of the steps is there. */
function losses(last, name, ...args) {
  const command = [bin, 'train', name, '--device', 'cuda', '--json', ...args];
  const child = spawn(process.execPath, command, { cwd: newFolder() });
  let [stdout, stderr] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    if (stdout.includes(`"type":"step","step":${last},`)) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      const lines = stdout.split('\n').slice(0, -1);
      const steps = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === 'step');
      const found = new Map(steps.map(({ step, loss }) => [step, loss]));
      assert.ok(found.has(last), `${name}: no step ${last}: ${stderr}`);
      resolve(found);
    });
  });
}

function assertClose(got, expected, relative) {
  assert.ok(Math.abs(got / expected - 1) < relative, `expected ${expected}, got ${got}`);
}

test('devices and doctor know the card', () => {
  for (const [command, type] of [
    ['devices', 'device'],
    ['doctor', 'check'],
  ]) {
    const { stdout, stderr } = spawnSync(process.execPath, [bin, command, '--json'], { encoding: 'utf8' });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const line = lines.find((each) => each.type === type && /cuda/.test(each.device ?? each.check));
    assert.ok(line?.available ?? line?.state === 'ok', `${command}: ${JSON.stringify(line)} ${stderr}`);
    assert.match(JSON.stringify(line), /compute capability \d/);
  }
});

test('xor, all of it', async () => {
  const found = await losses(10_000, 'xor');
  assertClose(found.get(0), 0.7434073, 1e-6);
  assertClose(found.get(10_000), 0.0012345, 1e-3);
});

test('diabetes, its beginning', { skip: without('diabetes.csv.gz') }, async () => {
  assertClose((await losses(0, 'diabetes')).get(0), 0.8002623319625854, 1e-5);
  const deep = await losses(100, 'diabetes-deep', '--log-every', '100');
  assertClose(deep.get(0), 0.669630765914917, 1e-5);
  assertClose(deep.get(100), 0.6452512145042419, 1e-5);
});

test('weight-height', { skip: without('weight_height.csv') }, async () => {
  const found = await losses(300, 'weight-height', '--epochs', '401', '--log-every', '100');
  assertClose(found.get(0), 184.6352996826172, 1e-6);
  assertClose(found.get(300), 3.3665847778320312, 1e-3);
});

const mnist = without('mnist/train-images-idx3-ubyte.gz');
const firstLosses = {
  mnist: [2.3843586444854736, 2.1472997665405273, 1.9921653270721436, 1.795578956604004, 1.7039517164230347],
  mse: [
    0.26021090149879456, 0.24827834963798523, 0.28508463501930237, 0.2823888659477234, 0.23499098420143127,
  ],
  bce: [0.7135727405548096, 0.6851329803466797, 0.7561602592468262, 0.7469203472137451, 0.6466621160507202],
  leaky: [
    0.10562971979379654, 0.09500390291213989, 0.10671760886907578, 0.10386119037866592, 0.10797339677810669,
  ],
  all: [0.8950639963150024, 0.6447590589523315, 0.7483410835266113, 0.4981462359428406, 0.5915371775627136],
};

for (const [variant, expected] of Object.entries(firstLosses)) {
  const args = variant === 'mnist' ? ['mnist'] : ['mnist-single', '--variant', variant];
  test(`${args.join(' ')}, its first losses`, { skip: mnist }, async () => {
    const found = await losses(4, ...args, '--log-every', '1');
    expected.forEach((loss, step) => {
      assertClose(found.get(step), loss, 2e-5);
    });
  });
}
