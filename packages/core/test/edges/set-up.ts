import { type DType, type Tensor, tensor } from '../../src/index.ts';

export const int = (data: number | number[] | number[][], dtype: DType = 'int32'): Tensor =>
  tensor(data, { dtype });

export const leaf = (data: number | number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });
