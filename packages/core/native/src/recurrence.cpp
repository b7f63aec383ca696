// Recurrent layers: sequences are shared out among threads, each of which takes its own through all steps.
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct RecurrenceCall {
  Call call;
  Recurrence layer;
  DType dtype;
};
static_assert(sizeof(RecurrenceCall) <= kCallBytes);

const RecurrenceCall& of(const Call* self) { return *reinterpret_cast<const RecurrenceCall*>(self); }

/** Sequences that go through the steps together, at most. */
constexpr Size kRows = 64;
/** Weights that stay in the caches while several groups of sequences use them. */
constexpr Size kNearWeights = 1 << 16;

/** Sequences in a group: groups come in fours where there is enough for each, and share the weights where those are many. */
Size rowsOf(const Recurrence& c) {
  Size groups = (c.batch + kRows - 1) / kRows;
  if (c.width * c.output <= kNearWeights) groups = c.batch >= 32 ? (groups + 3) / 4 * 4 : c.batch >= 16 ? 2 : 1;
  return (c.batch + groups - 1) / groups;
}

/** Nanoseconds of a step of one sequence. */
double costOf(const Recurrence& c) {
  return 0.03 * static_cast<double>(c.width) * static_cast<double>(c.output) + 1.5 * static_cast<double>(c.width);
}

/** Alone, a group leaves the threads to its products. */
template <class Work> void eachGroup(const Recurrence& c, Work&& work) {
  const Size rows = rowsOf(c);
  const Size groups = (c.batch + rows - 1) / rows;
  const auto one = [&](Size group) { work(group * rows, std::min(rows, c.batch - group * rows)); };
  if (groups > 1 && worthSharing(costOf(c) * static_cast<double>(c.batch * c.steps))) parallel(groups, one);
  else for (Size group = 0; group < groups; group++) one(group);
}

/** `count` matrices [rows, columns], each transposed. */
template <class T> void transpose(T* out, const void* from, Size count, Size rows, Size columns) {
  constexpr Size tile = 16;
  const T* matrix = static_cast<const T*>(from);
  for (Size m = 0; m < count; m++, matrix += rows * columns, out += rows * columns) {
    for (Size i = 0; i < rows; i += tile) {
      for (Size j = 0; j < columns; j++) {
        for (Size r = i; r < std::min(i + tile, rows); r++) out[j * rows + r] = matrix[r * columns + j];
      }
    }
  }
}

template <class T> Status run(const Call* self) {
  const RecurrenceCall& call = of(self);
  const Recurrence& c = call.layer;
  const Size projected = c.projection == nullptr ? 0 : c.output * c.hidden;
  T* weight = static_cast<T*>(scratch(4, sizeof(T) * static_cast<std::size_t>(c.width * c.output + projected)));
  transpose(weight, c.weight, c.width / c.hidden, c.hidden, c.output);
  T* projection = projected == 0 ? nullptr : weight + c.width * c.output;
  if (projected != 0) transpose(projection, c.projection, 1, c.output, c.hidden);
  const auto forward = kernels().recurrence[static_cast<int>(call.dtype)];
  const Size elements = 2 * c.output + 3 * c.hidden + c.width;
  eachGroup(c, [&](Size first, Size rows) {
    forward(c, weight, projection, first, rows, scratch(5, sizeof(T) * static_cast<std::size_t>(rows * elements)));
  });
  return Status::done;
}

template <class T> Status runBackward(const Call* self) {
  const RecurrenceCall& call = of(self);
  const Recurrence& c = call.layer;
  const auto backward = kernels().recurrenceBackward[static_cast<int>(call.dtype)];
  const Size elements = 2 * c.output + 6 * c.hidden + c.width;
  eachGroup(c, [&](Size first, Size rows) {
    backward(c, first, rows, scratch(5, sizeof(T) * static_cast<std::size_t>(rows * elements)));
  });
  return Status::done;
}

/** Whether the sizes of a record belong together. */
template <class Record> bool isConsistent(const Record& call) {
  constexpr Size gates[] = {1, 1, 4, 3};
  constexpr Size saved[] = {0, 0, 6, 4};
  const int op = static_cast<int>(call.op);
  const bool isLstm = call.op == RecurrentCell::lstm;
  return call.width == elementCount(gates[op], call.hidden) && call.saved == elementCount(saved[op], call.hidden) &&
         call.cell == (isLstm ? call.hidden : 0) && (call.sequences == 0 || call.sequences == call.batch) &&
         (call.projected == 0 ? call.output == call.hidden : isLstm && call.projected == elementCount(call.output, call.hidden));
}

/** Makes a call ready, but for the operands that only one of the two kinds has. */
template <class Record> RecurrenceCall& place(const Record& call, Status (*work)(const Call*), void* memory) {
  RecurrenceCall& c = *new (memory) RecurrenceCall{};
  c.call.bytes = sizeof(RecurrenceCall);
  c.call.run = call.batch == 0 ? runNothing : work;
  c.dtype = call.dtype;
  Recurrence& layer = c.layer;
  layer.op = call.op;
  layer.batch = call.batch;
  layer.steps = call.steps;
  layer.hidden = call.hidden;
  layer.output = call.output;
  layer.width = call.width;
  layer.saved = call.saved;
  layer.batchFirst = call.batchFirst;
  layer.reverse = call.reverse;
  layer.firstCell = call.firstCell;
  layer.weight = call.weight;
  layer.projection = call.projected == 0 ? nullptr : call.projection;
  layer.lengths = call.sequences == 0 ? nullptr : call.lengths;
  layer.y = const_cast<void*>(call.y);
  layer.previous = const_cast<void*>(call.previous);
  layer.activations = const_cast<void*>(call.activations);
  return c;
}

}  // namespace

Status prepare(const RecurrenceRecord& call, void* memory) {
  if (!isConsistent(call) || (call.biases != 0 && call.biases != call.width)) return Status::malformed;
  Recurrence& layer = place(call, call.dtype == DType::float32 ? run<float> : run<double>, memory).layer;
  layer.gates = call.gates;
  layer.first = call.first;
  layer.bias = call.biases == 0 ? nullptr : call.bias;
  layer.last = call.last;
  layer.lastCell = call.lastCell;
  return Status::done;
}

Status prepare(const RecurrenceBackwardRecord& call, void* memory) {
  const bool isGru = call.op == RecurrentCell::gru;
  const bool isProjected = call.projected != 0;
  if (!isConsistent(call) || call.hiddenWidth != (isGru ? call.width : 0) || call.outputGrads != (isProjected ? call.output : 0) ||
      call.unprojecteds != (isProjected ? call.hidden : 0))
    return Status::malformed;
  Recurrence& layer = place(call, call.dtype == DType::float32 ? runBackward<float> : runBackward<double>, memory).layer;
  layer.grad = call.grad;
  layer.lastGrad = call.lastGrad;
  layer.lastCellGrad = call.lastCellGrad;
  layer.gatesGrad = call.gatesGrad;
  layer.firstGrad = call.firstGrad;
  layer.firstCellGrad = call.firstCellGrad;
  layer.hiddenGrad = call.hiddenGrad;
  layer.outputGrad = call.outputGrad;
  layer.unprojected = call.unprojected;
  return Status::done;
}

}  // namespace kd
