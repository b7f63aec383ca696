import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSafetensors, saveSafetensors, type Tensor, tensor } from '@kindling/core';
import { afterAll, expect, test } from 'vitest';

const python = fileURLToPath(new URL('../../../../.python-tools/readers/bin/python', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kindling-python-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a file with the library that defines the format, prints each tensor, and writes the tensors to another file. */
const readAndWrite = `
import json, sys
from safetensors.numpy import load_file, save_file
tensors = load_file(sys.argv[1])
print(json.dumps({name: [str(t.dtype), t.tolist()] for name, t in tensors.items()}))
save_file(tensors, sys.argv[2], metadata={'from': 'numpy', 'title': '한글'})
`;

const tensors: { readonly [name: string]: Tensor } = {
  matrix: tensor([
    [1.5, -2.25],
    [0, 1e-30],
    [3e38, 7],
  ]),
  'double.weight': tensor([Math.PI, -0, 5e-324], { dtype: 'float64' }),
  whole: tensor([-2147483648, 2147483647], { dtype: 'int32' }),
  bytes: tensor([[0, 255]], { dtype: 'uint8' }),
  scalar: tensor(42),
  empty: tensor([]),
};

test("Python's safetensors reads what is written here, and the other way round", async ({ skip }) => {
  if (!existsSync(python)) skip('npm run python-tools -- readers has not been run');
  const written = join(folder, 'kindling.safetensors');
  const answered = join(folder, 'python.safetensors');
  await saveSafetensors(written, tensors);

  const { stdout, stderr, status } = spawnSync(python, ['-c', readAndWrite, written, answered], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const read: { [name: string]: [string, unknown] } = JSON.parse(stdout);
  const back = await loadSafetensors(answered);
  expect(back.metadata).toEqual({ from: 'numpy', title: '한글' });
  for (const [name, own] of Object.entries(tensors)) {
    expect(read[name], name).toEqual([own.dtype, own.toArray()]);
    expect(back.tensors[name]?.dtype, name).toBe(own.dtype);
    expect(back.tensors[name]?.toArray(), name).toEqual(own.toArray());
  }
});
