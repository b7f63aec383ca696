// Pointwise work on operands of any layout, done tile by tile: an operand that is contiguous in a tile, or one element throughout, is read
// in place; any other is gathered into a small buffer first. A call is a sequence of steps on such slots, so that conversions, and
// operations that have been fused, are steps like any other.
#pragma once

#include "call.h"

namespace kd {

constexpr int kMaxSlots = 16;
constexpr int kMaxSteps = 16;

/** Elements of a tile that goes through buffers: few enough for the buffers to stay in the first-level cache. */
constexpr Size kTile = 512;

enum class Access : std::uint8_t {
  /** Contiguous in every tile. */
  direct,
  /** One element in every tile. */
  scalar,
  /** Copied into a buffer, or out of it. */
  gathered,
  /** A buffer only. */
  temporary,
};

struct Slot {
  char* data;
  Size strides[kMaxRank];  // bytes
  DType dtype;
  Access access;
};

/** An operand that is a number has no memory until it is stored in the dtype it is read in. */
inline bool isNumber(const Slot& slot) { return slot.data == nullptr; }

struct Step {
  Loop loop;
  double parameters[2];
  std::uint8_t out;
  std::uint8_t in[3];
  /** Works on one element: the conversion of a single one. */
  bool once;
};

struct PointwiseCall {
  Call call;
  int rank;
  int slots;
  int steps;
  /** Slots before this one lie outside, the others are temporary. */
  int outside;
  Size tileRows;
  Size tileColumns;
  Size rowTiles;
  Size columnTiles;
  Size tiles;
  Size tasks;
  Size sizes[kMaxRank];  // outermost first
  Step step[kMaxSteps];
  double numbers[kMaxSlots];  // slots that are constants, in their dtype
  Slot slot[kMaxSlots];
};
static_assert(sizeof(PointwiseCall) <= kCallBytes);

/** Nanoseconds that one element takes one thread, roughly. */
double pointwiseCost(Kind kind, int op, DType working);

Status runPlain(const Call* self);
Status runTiled(const Call* self);
Status runCopy(const Call* self);
Status runCopyTiled(const Call* self);

}  // namespace kd
