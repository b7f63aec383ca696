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

/** Sequences side by side that fill the widest vectors. */
constexpr Size kUnit = 16;
/** Units that go through the steps together, at most. */
constexpr Size kUnits = 4;
/** Weights that stay in the caches while several groups of sequences use them. */
constexpr Size kNearWeights = 1 << 16;

/** Nanoseconds of a step of one sequence. */
double costOf(const Recurrence& c) {
  return 0.02 * static_cast<double>(c.width) * static_cast<double>(c.output) + 0.4 * static_cast<double>(c.width);
}

/**
 * Groups of whole units, as even as they can be: in fours where there is enough for each, and as few as may be where the weights that they
 * share are many. Alone, a group leaves the threads to its products.
 */
template <class Work> void eachGroup(const Recurrence& c, Work&& work) {
  const Size units = (c.batch + kUnit - 1) / kUnit;
  Size groups = (units + kUnits - 1) / kUnits;
  if (c.width * c.output <= kNearWeights) groups = units >= 4 ? (groups + 3) / 4 * 4 : units;
  const auto one = [&](Size group) {
    const Size first = units * group / groups * kUnit;
    const Size end = std::min(c.batch, units * (group + 1) / groups * kUnit);
    work(first, end - first);
  };
  if (groups > 1 && worthSharing(costOf(c) * static_cast<double>(c.batch * c.steps))) parallel(groups, one);
  else for (Size group = 0; group < groups; group++) one(group);
}

/** A matrix [rows, columns] without gaps, as it is. */
Matrix inPlace(const void* data, Size columns) { return {data, columns, 1}; }

/** The same matrix, copied so that its columns lie without gaps. */
template <class T> Matrix byColumns(const Matrix& matrix, Size rows, Size columns, T* copy) {
  constexpr Size tile = 16;
  const T* from = static_cast<const T*>(matrix.data);
  for (Size i = 0; i < rows; i += tile) {
    for (Size j = 0; j < columns; j++) {
      for (Size r = i; r < std::min(i + tile, rows); r++) copy[j * rows + r] = from[r * columns + j];
    }
  }
  return {copy, 1, rows};
}

template <class T> Status run(const Call* self) {
  const RecurrenceCall& call = of(self);
  Recurrence c = call.layer;
  if (c.batch == 1) {
    // A vector and a matrix whose columns lie without gaps are a sum of these.
    const Size projected = c.projection.data == nullptr ? 0 : c.output * c.hidden;
    T* copy = static_cast<T*>(scratch(4, sizeof(T) * static_cast<std::size_t>(c.width * c.output + projected)));
    c.weight = byColumns(c.weight, c.width, c.output, copy);
    if (projected != 0) c.projection = byColumns(c.projection, c.output, c.hidden, copy + c.width * c.output);
  }
  const auto forward = kernels().recurrence[static_cast<int>(call.dtype)];
  const Size elements = 2 * (c.output + c.hidden + c.width);
  eachGroup(c, [&](Size first, Size rows) {
    forward(c, first, rows, scratch(5, sizeof(T) * static_cast<std::size_t>(rows * elements)));
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
  layer.weight = inPlace(call.weight, call.output);
  if (call.projected != 0) layer.projection = inPlace(call.projection, call.hidden);
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
