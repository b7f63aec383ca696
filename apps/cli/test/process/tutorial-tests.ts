import { test } from 'vitest';
import { expectClose, isMissing, singleLosses } from './tutorial.ts';

/** The losses of a program's first steps, up to a step. */
export type FirstLosses = (
  step: number,
  name: string,
  ...args: string[]
) => Promise<ReadonlyMap<number, number>>;

/** Tests that the tutorial programs in float32 on published data begin, on a device, with PyTorch's losses on the CPU. */
export function testFirstLosses(first: FirstLosses): void {
  test.skipIf(isMissing('diabetes.csv.gz'))('diabetes and diabetes-deep', async () => {
    expectClose((await first(0, 'diabetes')).get(0), 0.8002623319625854, 1e-5);
    const deep = await first(100, 'diabetes-deep');
    expectClose(deep.get(0), 0.669630765914917, 1e-5);
    expectClose(deep.get(100), 0.6452512145042419, 1e-5);
  });

  test.skipIf(isMissing('weight_height.csv'))('weight-height', async () => {
    const curve = await first(300, 'weight-height');
    expectClose(curve.get(0), 184.6352996826172, 1e-6);
    expectClose(curve.get(300), 3.3665847778320312, 1e-4);
  });

  test.skipIf(isMissing('mnist/train-images-idx3-ubyte.gz')).each(Object.entries(singleLosses))(
    'mnist-single, variant %s',
    async (variant, expected) => {
      const curve = await first(4, 'mnist-single', '--variant', variant);
      expected.forEach((loss, step) => {
        expectClose(curve.get(step), loss, 1e-5);
      });
    },
  );
}
