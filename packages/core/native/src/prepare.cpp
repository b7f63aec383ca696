// From the record of a pointwise kernel to a PointwiseCall: dtypes settled, tiles laid out.
#include <cmath>

#include "generated/records.h"
#include "pointwise-layout.h"
#include "threads.h"

namespace kd {
namespace {

/** Rows shorter than this are taken several to a tile. */
constexpr Size kShortRow = 64;

constexpr int codeOf(DType dtype) { return static_cast<int>(dtype); }

/** Whether an integer dtype holds the number exactly, so that arithmetic in it means the same. */
bool canRepresent(DType dtype, double x) {
  if (!isInteger(dtype)) return true;
  const bool whole = x == std::trunc(x);
  return dtype == DType::int32 ? whole && x >= INT32_MIN && x <= INT32_MAX : whole && x >= 0 && x <= 255;
}

}  // namespace

double pointwiseCost(Kind kind, int op, DType working) {
  if (kind == Kind::unary) {
    switch (static_cast<Unary>(op)) {
      case Unary::exp: case Unary::expm1: case Unary::log: case Unary::log1p: case Unary::sin: case Unary::cos:
      case Unary::tanh: case Unary::sigmoid: case Unary::erf: case Unary::elu: case Unary::softplus:
        return working == DType::float32 ? 1.2 : 8;
      case Unary::exp2: case Unary::log2: case Unary::log10: case Unary::tan: case Unary::asin: case Unary::acos:
      case Unary::atan: case Unary::sinh: case Unary::cosh: case Unary::asinh: case Unary::acosh: case Unary::atanh:
      case Unary::erfinv:
        return working == DType::float32 ? 2.5 : 15;
      default: break;
    }
  }
  if (kind == Kind::binary) {
    switch (static_cast<Binary>(op)) {
      case Binary::pow: case Binary::atan2: case Binary::fmod: case Binary::remainder: case Binary::floorDivide:
        return working == DType::float32 ? 2.5 : 20;
      default: break;
    }
  }
  return 0.05 * static_cast<double>(bytesOf(working));
}

namespace {

/** Builds the tiles and steps of one operation. */
class Preparation {
 public:
  Preparation(PointwiseCall& c, int operands) : c_(c), operands_(operands) {
    const int last = c.rank - 1;
    rows_ = last > 0 ? c.sizes[last - 1] : 1;
    columns_ = c.sizes[last];
    several_ = rows_ > 1 && columns_ < kShortRow;
    for (int i = 0; i < operands; i++) {
      if (!isNumber(c.slot[i])) c.slot[i].access = accessOf(c.slot[i]);
    }
  }

  /** Gives every number the dtype it is read in. */
  void storeNumbers(DType dtype) {
    for (int i = 1; i < operands_; i++) {
      Slot& slot = c_.slot[i];
      if (!isNumber(slot)) continue;
      const double number = c_.numbers[i];
      kernels().convert[codeOf(DType::float64)][codeOf(dtype)](1, &c_.numbers[i], &number, nullptr, nullptr, nullptr);
      slot.data = reinterpret_cast<char*>(&c_.numbers[i]);
      slot.dtype = dtype;
      slot.access = Access::scalar;
    }
  }

  /** The slot that holds an input in the dtype asked for; a step converts it where it has another one. */
  int converted(int input, DType dtype) {
    const Slot slot = c_.slot[input];
    if (arithmetic(slot.dtype) == arithmetic(dtype)) return input;
    const bool once = slot.access == Access::scalar;
    const int target = c_.slots++;
    c_.slot[target].dtype = dtype;
    c_.slot[target].access = Access::temporary;
    const int in = static_cast<int>(input);
    addStep(kernels().convert[codeOf(slot.dtype)][codeOf(dtype)], target, in, in, in, once);
    isScalar_[target] = once;
    return target;
  }

  bool isScalar(int slot) const { return c_.slot[slot].access == Access::scalar || isScalar_[slot]; }

  /** For operations that have no loop for a scalar operand. */
  void materialize(int input) {
    if (c_.slot[input].access == Access::scalar) c_.slot[input].access = Access::gathered;
  }

  /** Where a result of the given dtype goes before it is converted to the output's. */
  int resultSlot(DType dtype) {
    if (arithmetic(c_.slot[0].dtype) == arithmetic(dtype)) return 0;
    const int target = c_.slots++;
    c_.slot[target].dtype = dtype;
    c_.slot[target].access = Access::temporary;
    return target;
  }

  void convertResult(int slot) {
    if (slot == 0) return;
    addStep(kernels().convert[codeOf(c_.slot[slot].dtype)][codeOf(c_.slot[0].dtype)], 0, slot, slot, slot, false);
  }

  void addStep(Loop loop, int out, int a, int b, int c, bool once) {
    Step& step = c_.step[c_.steps++];
    step.loop = loop;
    step.out = static_cast<std::uint8_t>(out);
    step.in[0] = static_cast<std::uint8_t>(a);
    step.in[1] = static_cast<std::uint8_t>(b);
    step.in[2] = static_cast<std::uint8_t>(c);
    step.once = once;
  }

  /** Lays out tiles and tasks, once all slots and steps are known. */
  void finish(double cost) {
    bool buffers = c_.slots > operands_;
    for (int i = 0; i < operands_; i++) {
      if (c_.slot[i].access != Access::gathered) continue;
      buffers = true;
      cost += 0.7;
    }
    const Size tasks = tasksFor(cost);
    if (several_) {
      c_.tileRows = kTile / columns_;
      c_.tileColumns = columns_;
    } else {
      c_.tileRows = 1;
      c_.tileColumns = buffers ? kTile : rows_ == 1 ? portion(columns_, tasks) : columns_;
    }
    cut(tasks);
    const bool plain = c_.steps == 1 && !buffers && c_.rank == 1 && c_.tasks == 1;
    c_.call.run = plain ? runPlain : runTiled;
  }

  /** The same for a move of elements, which needs no buffers. */
  void finishCopy() {
    const int last = c_.rank - 1;
    const Size bytes = bytesOf(c_.slot[0].dtype);
    const bool whole = c_.slot[0].strides[last] == bytes && c_.slot[1].strides[last] == bytes;
    const Size tasks = tasksFor(whole ? 0.03 * static_cast<double>(bytes) : 1);
    c_.tileRows = whole ? portion(rows_, rows_ > 1 ? tasks : 1) : 64;
    c_.tileColumns = whole ? portion(columns_, rows_ > 1 ? 1 : tasks) : 64;
    cut(tasks);
    c_.call.run = whole && c_.rank == 1 && c_.tasks == 1 ? runCopy : runCopyTiled;
  }

 private:
  Access accessOf(const Slot& slot) const {
    const int last = c_.rank - 1;
    const Size bytes = bytesOf(slot.dtype);
    const Size row = several_ ? slot.strides[last - 1] : 0;
    if (slot.strides[last] == 0 && row == 0) return Access::scalar;
    const bool direct = slot.strides[last] == bytes && (!several_ || row == bytes * columns_);
    return direct ? Access::direct : Access::gathered;
  }

  Size tasksFor(double cost) const {
    double count = 1;
    for (int d = 0; d < c_.rank; d++) count *= static_cast<double>(c_.sizes[d]);
    if (!worthSharing(cost * count)) return 1;
    const double tasks = cost * count / 8000;
    return tasks < 256 ? static_cast<Size>(tasks) + 1 : 256;
  }

  /** About 1/tasks of a length, in whole cache lines. */
  static Size portion(Size length, Size tasks) { return tasks <= 1 ? length : ((length + tasks - 1) / tasks + 63) / 64 * 64; }

  void cut(Size tasks) {
    c_.rowTiles = (rows_ + c_.tileRows - 1) / c_.tileRows;
    c_.columnTiles = (columns_ + c_.tileColumns - 1) / c_.tileColumns;
    c_.tiles = c_.rowTiles * c_.columnTiles;
    for (int d = 0; d < c_.rank - 2; d++) c_.tiles *= c_.sizes[d];
    c_.tasks = tasks < c_.tiles ? tasks : c_.tiles;
  }

  PointwiseCall& c_;
  int operands_;
  Size rows_;
  Size columns_;
  bool several_;
  bool isScalar_[kMaxSlots] = {};
};

/** The dtype that inputs are computed in: their common one, or float64 where they differ or no loop takes it. */
DType workingDType(const PointwiseCall& c, int first, int operands) {
  int common = -1;
  for (int i = first; i < operands; i++) {
    if (isNumber(c.slot[i])) continue;
    const int dtype = codeOf(arithmetic(c.slot[i].dtype));
    if (common >= 0 && common != dtype) return DType::float64;
    common = dtype;
  }
  const DType working = common < 0 ? arithmetic(c.slot[0].dtype) : static_cast<DType>(common);
  for (int i = first; i < operands; i++) {
    if (isNumber(c.slot[i]) && !canRepresent(working, c.numbers[i])) return DType::float64;
  }
  return working;
}

Status prepareCopy(PointwiseCall& c) {
  Preparation preparation(c, 2);
  const DType out = c.slot[0].dtype;
  if (isNumber(c.slot[1])) {
    preparation.storeNumbers(out);
    preparation.addStep(kernels().fill[codeOf(out)], 0, 1, 1, 1, false);
    preparation.finish(pointwiseCost(Kind::copy, 0, out));
  } else if (c.slot[1].dtype == out) {
    preparation.finishCopy();
  } else {
    preparation.materialize(1);
    preparation.addStep(kernels().convert[codeOf(c.slot[1].dtype)][codeOf(out)], 0, 1, 1, 1, false);
    preparation.finish(pointwiseCost(Kind::copy, 0, out) + 0.2);
  }
  return Status::done;
}

Status prepareUnary(PointwiseCall& c, Unary operation, const double* parameters) {
  const int op = static_cast<int>(operation);
  Preparation preparation(c, 2);
  DType working = isNumber(c.slot[1]) ? DType::float64 : arithmetic(c.slot[1].dtype);
  const bool predicate = isPredicate(operation);
  if (!predicate && working != arithmetic(c.slot[0].dtype)) working = DType::float64;
  if (kernels().unary[op][codeOf(working)] == nullptr) working = DType::float64;
  preparation.storeNumbers(working);
  preparation.materialize(1);
  const int in = preparation.converted(1, working);
  const int out = preparation.resultSlot(predicate ? DType::boolean : working);
  preparation.addStep(kernels().unary[op][codeOf(working)], out, in, in, in, false);
  std::memcpy(c.step[c.steps - 1].parameters, parameters, 2 * sizeof(double));
  preparation.convertResult(out);
  preparation.finish(pointwiseCost(Kind::unary, op, working));
  return Status::done;
}

Status prepareBinary(PointwiseCall& c, Binary operation) {
  const int op = static_cast<int>(operation);
  Preparation preparation(c, 3);
  DType working = workingDType(c, 1, 3);
  const bool predicate = isPredicate(operation);
  if (!predicate && working != arithmetic(c.slot[0].dtype)) working = DType::float64;
  if (kernels().binary[op][codeOf(working)][0] == nullptr) working = DType::float64;
  preparation.storeNumbers(working);
  if (preparation.isScalar(1) && preparation.isScalar(2)) preparation.materialize(2);
  const int a = preparation.converted(1, working);
  const int b = preparation.converted(2, working);
  const int variant = (preparation.isScalar(a) ? 1 : 0) | (preparation.isScalar(b) ? 2 : 0);
  const int out = preparation.resultSlot(predicate ? DType::boolean : working);
  preparation.addStep(kernels().binary[op][codeOf(working)][variant], out, a, b, b, false);
  preparation.convertResult(out);
  preparation.finish(pointwiseCost(Kind::binary, op, working));
  return Status::done;
}

Status prepareWhere(PointwiseCall& c) {
  Preparation preparation(c, 4);
  DType working = workingDType(c, 2, 4);
  if (working != arithmetic(c.slot[0].dtype)) working = DType::float64;
  if (isNumber(c.slot[1])) return Status::unsupported;
  preparation.storeNumbers(working);
  preparation.materialize(1);
  const int condition = preparation.converted(1, DType::boolean);
  const int a = preparation.converted(2, working);
  const int b = preparation.converted(3, working);
  const int variant = (preparation.isScalar(a) ? 1 : 0) | (preparation.isScalar(b) ? 2 : 0);
  const int out = preparation.resultSlot(working);
  preparation.addStep(kernels().where[codeOf(working)][variant], out, condition, a, b, false);
  preparation.convertResult(out);
  preparation.finish(pointwiseCost(Kind::where, 0, working) + 0.1);
  return Status::done;
}

Status prepareActivationBackward(PointwiseCall& c, Unary operation, const double* parameters) {
  const int op = static_cast<int>(operation);
  const DType dtype = c.slot[0].dtype;
  const Loop loop = kernels().activationBackward[op][codeOf(dtype)];
  if (loop == nullptr) return Status::unsupported;
  for (int i = 1; i < 3; i++) {
    if (isNumber(c.slot[i]) || c.slot[i].dtype != dtype) return Status::unsupported;
  }
  Preparation preparation(c, 3);
  preparation.materialize(1);
  preparation.materialize(2);
  preparation.addStep(loop, 0, 1, 2, 2, false);
  std::memcpy(c.step[c.steps - 1].parameters, parameters, 2 * sizeof(double));
  preparation.finish(pointwiseCost(Kind::activationBackward, op, dtype));
  return Status::done;
}

/** Reads the operands that are behind the attributes of a pointwise kind, and calls `prepare(c)` where there are elements. */
template <class Record, class Prepare> Status prepareOn(const Record&, Reader& record, void* memory, Prepare&& prepare) {
  PointwiseCall& c = *static_cast<PointwiseCall*>(memory);
  record.expect(record.integer() == Record::kInputs);
  Status status = readLayout(c, 1 + Record::kInputs, record);
  if (status != Status::done) return status;
  if (!record.atEnd()) return Status::malformed;
  c.call.run = runNothing;
  if (c.rank > 0) status = prepare(c);
  c.call.bytes = static_cast<Size>(offsetof(PointwiseCall, slot)) + c.slots * static_cast<Size>(sizeof(Slot));
  return status;
}

}  // namespace

Status prepare(const CopyRecord& call, Reader& operands, void* memory) {
  return prepareOn(call, operands, memory, prepareCopy);
}

Status prepare(const UnaryRecord& call, Reader& operands, void* memory) {
  return prepareOn(call, operands, memory, [&](PointwiseCall& c) { return prepareUnary(c, call.op, call.parameters); });
}

Status prepare(const BinaryRecord& call, Reader& operands, void* memory) {
  return prepareOn(call, operands, memory, [&](PointwiseCall& c) { return prepareBinary(c, call.op); });
}

Status prepare(const WhereRecord& call, Reader& operands, void* memory) {
  return prepareOn(call, operands, memory, prepareWhere);
}

Status prepare(const ActivationBackwardRecord& call, Reader& operands, void* memory) {
  return prepareOn(call, operands, memory, [&](PointwiseCall& c) { return prepareActivationBackward(c, call.op, call.parameters); });
}

}  // namespace kd
