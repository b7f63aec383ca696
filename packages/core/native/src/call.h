// A kernel call made ready: layouts merged, kernels looked up. It is run once when made from an eager call, and belongs to a captured graph otherwise.
#pragma once

#include "kernels.h"

namespace kd {

enum class Status : int {
  done = 0,
  /** An index lies outside of its axis; `Failure` holds it. */
  index = 1,
  /** More axes than kMaxRank are left after merging. */
  rank = 2,
  /** No kernel for this operation and these dtypes. */
  unsupported = 3,
  /** A graph does not fit into the memory given. */
  memory = 4,
  /** A value is not in its range. */
  range = 5,
  /** The call is none that its kind allows: a size, a code, or an operand that leaves its memory. */
  malformed = 6,
  /** A registered function failed; `Failure` holds what it returned. */
  foreign = 7,
};

/** What the last call that did not succeed on this thread found. */
struct Failure {
  double index;
  double value;
  Size call;
};
extern thread_local Failure failure;

/** The first member of everything that can be run. */
struct Call {
  Status (*run)(const Call* self);
  /** Bytes of the whole, up to where the next call of a graph may begin. */
  Size bytes;
};

/** For calls without elements. */
Status runNothing(const Call* self);

/** From the start of a call of so many bytes to that of the next one of a graph. */
constexpr Size callStep(Size bytes) { return (bytes + 63) / 64 * 64; }

/** A captured graph: this, and then its calls, each from a multiple of 64 bytes on. */
struct alignas(64) Graph {
  Size count;
};

/** Room for any call. */
constexpr Size kCallBytes = 4096;

/** Reads a record (see record.h) into `memory` of kCallBytes bytes. What it leaves there runs only where the status is done. */
Status decode(const double* record, void* memory);

/** The instruction set in use. */
const Kernels& kernels();
/** Chooses by name, or the best one that works here for null; null when there is none of that name. */
const Kernels* selectKernels(const char* name);

}  // namespace kd
