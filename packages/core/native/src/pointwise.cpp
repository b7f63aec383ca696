#include "pointwise.h"

#include "threads.h"

namespace kd {
namespace {

const PointwiseCall& of(const Call* self) { return *reinterpret_cast<const PointwiseCall*>(self); }

/** Calls f with a value of an unsigned type of the dtype's size. */
template <class F> void bySize(DType dtype, F&& f) {
  switch (bytesOf(dtype)) {
    case 1: return f(std::uint8_t{});
    case 4: return f(std::uint32_t{});
    default: return f(std::uint64_t{});
  }
}

/** The rows and columns of a tile, and the strides along them. */
struct Grid {
  Size rows;
  Size columns;
};

template <class T>
void copyGrid(Grid grid, char* out, Size outRow, Size outColumn, const char* in, Size inRow, Size inColumn) {
  constexpr Size bytes = sizeof(T);
  for (Size r = 0; r < grid.rows; r++, out += outRow, in += inRow) {
    if (outColumn == bytes && inColumn == bytes) {
      std::memcpy(out, in, grid.columns * bytes);
    } else {
      for (Size c = 0; c < grid.columns; c++) {
        *reinterpret_cast<T*>(out + c * outColumn) = *reinterpret_cast<const T*>(in + c * inColumn);
      }
    }
  }
}

/** Copies in squares, so that cache lines fetched along one axis are used up along the other. */
template <class T>
void copySquares(Grid grid, char* out, Size outRow, Size outColumn, const char* in, Size inRow, Size inColumn) {
  constexpr Size square = 16;
  for (Size r = 0; r < grid.rows; r += square) {
    for (Size c = 0; c < grid.columns; c += square) {
      const Grid part{grid.rows - r < square ? grid.rows - r : square, grid.columns - c < square ? grid.columns - c : square};
      copyGrid<T>(part, out + r * outRow + c * outColumn, outRow, outColumn, in + r * inRow + c * inColumn, inRow, inColumn);
    }
  }
}

Size rowStride(const PointwiseCall& c, const Slot& slot) { return c.rank > 1 ? slot.strides[c.rank - 2] : 0; }
Size columnStride(const PointwiseCall& c, const Slot& slot) { return slot.strides[c.rank - 1]; }

void computeTile(const PointwiseCall& c, Grid grid, char* const* place) {
  alignas(64) char buffers[kMaxSlots][kTile * sizeof(double)];
  char* data[kMaxSlots];
  const Size count = grid.rows * grid.columns;
  for (int i = 0; i < c.slots; i++) {
    const Slot& slot = c.slot[i];
    const bool inPlace = slot.access == Access::direct || slot.access == Access::scalar;
    data[i] = inPlace ? place[i] : buffers[i];
    if (i == 0 || slot.access != Access::gathered) continue;
    const Size bytes = bytesOf(slot.dtype);
    bySize(slot.dtype, [&](auto unit) {
      copyGrid<decltype(unit)>(grid, buffers[i], bytes * grid.columns, bytes, place[i], rowStride(c, slot), columnStride(c, slot));
    });
  }
  for (int s = 0; s < c.steps; s++) {
    const Step& step = c.step[s];
    step.loop(step.once ? 1 : count, data[step.out], data[step.in[0]], data[step.in[1]], data[step.in[2]], step.parameters);
  }
  const Slot& out = c.slot[0];
  if (out.access != Access::gathered) return;
  const Size bytes = bytesOf(out.dtype);
  bySize(out.dtype, [&](auto unit) {
    copyGrid<decltype(unit)>(grid, place[0], rowStride(c, out), columnStride(c, out), buffers[0], bytes * grid.columns, bytes);
  });
}

void copyTile(const PointwiseCall& c, Grid grid, char* const* place) {
  const Slot& out = c.slot[0];
  const Slot& in = c.slot[1];
  bySize(out.dtype, [&](auto unit) {
    constexpr Size bytes = sizeof(unit);
    const bool rows = columnStride(c, out) == bytes && columnStride(c, in) == bytes;
    const auto copy = rows ? copyGrid<decltype(unit)> : copySquares<decltype(unit)>;
    copy(grid, place[0], rowStride(c, out), columnStride(c, out), place[1], rowStride(c, in), columnStride(c, in));
  });
}

using TileBody = void (*)(const PointwiseCall& c, Grid grid, char* const* place);

void runTiles(const PointwiseCall& c, Size first, Size end, TileBody body) {
  const int last = c.rank - 1;
  const Size rows = last > 0 ? c.sizes[last - 1] : 1;
  Size index[kMaxRank] = {};
  Size rest = first / (c.rowTiles * c.columnTiles);
  for (int d = last - 2; d >= 0; d--) {
    index[d] = rest % c.sizes[d];
    rest /= c.sizes[d];
  }
  Size rowTile = first / c.columnTiles % c.rowTiles;
  Size columnTile = first % c.columnTiles;
  char* place[kMaxSlots];
  for (Size t = first; t < end; t++) {
    const Size row = rowTile * c.tileRows;
    const Size column = columnTile * c.tileColumns;
    const Grid grid{rows - row < c.tileRows ? rows - row : c.tileRows,
                    c.sizes[last] - column < c.tileColumns ? c.sizes[last] - column : c.tileColumns};
    for (int i = 0; i < c.outside; i++) {
      const Slot& slot = c.slot[i];
      char* data = slot.data + column * columnStride(c, slot) + row * rowStride(c, slot);
      for (int d = 0; d < last - 1; d++) data += index[d] * slot.strides[d];
      place[i] = data;
    }
    body(c, grid, place);
    if (++columnTile < c.columnTiles) continue;
    columnTile = 0;
    if (++rowTile < c.rowTiles) continue;
    rowTile = 0;
    for (int d = last - 2; d >= 0 && ++index[d] == c.sizes[d]; d--) index[d] = 0;
  }
}

Status runWith(const PointwiseCall& c, TileBody body) {
  if (c.tasks <= 1) {
    runTiles(c, 0, c.tiles, body);
    return Status::done;
  }
  const Size share = (c.tiles + c.tasks - 1) / c.tasks;
  parallel((c.tiles + share - 1) / share, [&](Size task) {
    const Size first = task * share;
    runTiles(c, first, first + share < c.tiles ? first + share : c.tiles, body);
  });
  return Status::done;
}

}  // namespace

/** One step on operands that lie in place, all in one tile. */
Status runPlain(const Call* self) {
  const PointwiseCall& c = of(self);
  const Step& step = c.step[0];
  step.loop(c.sizes[0], c.slot[0].data, c.slot[step.in[0]].data, c.slot[step.in[1]].data, c.slot[step.in[2]].data, step.parameters);
  return Status::done;
}

Status runTiled(const Call* self) { return runWith(of(self), computeTile); }

Status runCopy(const Call* self) {
  const PointwiseCall& c = of(self);
  std::memcpy(c.slot[0].data, c.slot[1].data, c.sizes[0] * bytesOf(c.slot[0].dtype));
  return Status::done;
}

Status runCopyTiled(const Call* self) { return runWith(of(self), copyTile); }

}  // namespace kd
