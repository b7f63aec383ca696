import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  ArgumentError,
  compile,
  grad,
  KindlingError,
  nn,
  ones,
  scope,
  type Tensor,
  tensor,
} from '../src/index.ts';
import { version } from '../src/version.ts';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kindling-copy-'));
cpSync(join(packageRoot, 'src'), join(folder, 'src'), { recursive: true });
cpSync(join(packageRoot, 'package.json'), join(folder, 'package.json'));
symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
afterAll(() => rmSync(folder, { recursive: true }));

const other = (await import(
  /* @vite-ignore */ pathToFileURL(join(folder, 'src', 'index.ts')).href
)) as typeof import('../src/index.ts');

const twoCopies = new RegExp(
  `two copies are loaded, ${version} from \\S*/src/identity.ts and ${version} from \\S*kindling-copy-\\S*`,
);

test('the constant is the version of the manifest', () => {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  expect(version).toBe(manifest.version);
});

describe('what another copy of the package made is recognised, and both places are named', () => {
  const x = ones([2, 2]);
  const foreign: Tensor = other.ones([2, 2]);

  test.each<readonly [string, () => unknown]>([
    ['add', () => x.add(foreign)],
    ['add_', () => x.add_(foreign)],
    ['matmul', () => x.matmul(foreign)],
    ['where', () => x.where(foreign, 0)],
    ['indexSelect', () => x.indexSelect(0, foreign)],
    ['copy_', () => x.copy_(foreign)],
    ['set_', () => x.set_(foreign)],
    ['clamp', () => Reflect.apply(x.clamp, x, [foreign])],
    ['slice', () => Reflect.apply(x.slice, x, [0, foreign])],
    ['zeros', () => Reflect.apply(ones, null, [foreign])],
    ['grad', () => grad(x.sum(), [foreign])],
    ['grad =', () => Reflect.set(x, 'grad', foreign)],
    ['Parameter', () => new nn.Parameter(foreign)],
    ['Buffer', () => new nn.Buffer(foreign)],
    ['loadStateDict', () => new nn.Linear(2, 2).loadStateDict({ weight: foreign, bias: foreign })],
    ['Linear', () => new nn.Linear(2, 2).forward(foreign)],
    ['compile', () => compile((y: Tensor) => y.add(foreign))(x)],
  ])('%s', (_, run) => {
    expect(run).toThrow(KindlingError);
    expect(run).toThrow(twoCopies);
  });

  test('a module in Sequential', () => {
    const layer = new other.nn.Linear(2, 2);
    expect(() => new nn.Sequential(new nn.Linear(2, 2), layer)).toThrow(ArgumentError);
    expect(() => new nn.Sequential(layer)).toThrow(
      'Sequential: expected layer 0 to be a module, got a module of another copy',
    );
    expect(() => new nn.Sequential(layer)).toThrow(twoCopies);
  });

  test('modules and parameters among the properties of a module, in arrays and objects too', () => {
    class Net extends nn.Module {
      held: unknown;
      constructor(held: unknown) {
        super();
        this.held = held;
      }
      forward(y: Tensor): Tensor {
        return y;
      }
    }
    const layer = new other.nn.Linear(2, 2);
    for (const held of [layer, [layer], { a: layer }, new other.nn.Parameter(foreign)]) {
      expect(() => new Net(held).parameters()).toThrow(twoCopies);
      expect(() => new Net(held).stateDict()).toThrow(twoCopies);
    }
  });

  test('its own are taken, here and there', () => {
    expect(
      scope(() =>
        x
          .add(ones([2, 2]))
          .sum()
          .item(),
      ),
    ).toBe(8);
    expect(
      foreign
        .add(other.ones([2, 2]))
        .sum()
        .item(),
    ).toBe(8);
    expect(tensor([1]).add(1).item()).toBe(2);
  });
});
