// How sums over rows are cut up.
#pragma once

#include "types.h"

namespace kd {

/** Rows of a chunk at most. */
constexpr Size kChunkRows = 400;

/** Elements of the largest product whose sums have chunks: the steps of k of a larger one are cut by what its tiles read. */
constexpr Size kChunkedElements = 4096;

/**
 * Rows of a chunk; several are an even number, for two threads to share. Small products and sums over the rows of floating-point
 * matrices sum the rows of a chunk, and then the chunks in their order, so that chunks that are summed apart give the same bits.
 */
constexpr Size chunkOf(Size rows) {
  if (rows <= kChunkRows) return rows;
  const Size chunks = (rows + 2 * kChunkRows - 1) / (2 * kChunkRows) * 2;
  return (rows + chunks - 1) / chunks;
}

}  // namespace kd
