// How sums over rows are cut up.
#pragma once

#include "call.h"

namespace kd {

/**
 * Rows of a chunk. Products and sums over the rows of floating-point matrices sum the rows of a chunk, and then the chunks in their
 * order, so that chunks that are summed apart give the same bits.
 */
inline Size chunkOf(Size rows, DType dtype) {
  const Size limit = kernels().depth[static_cast<int>(dtype)];
  if (limit == 0 || rows <= limit) return rows;
  const Size chunks = (rows + limit - 1) / limit;
  return (rows + chunks - 1) / chunks;
}

}  // namespace kd
