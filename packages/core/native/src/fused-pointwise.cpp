// Pointwise operations over the same elements, done together: block of elements by block, all of them on one block while it is in the
// first-level cache. Every element sees the loops that it would see alone.
#include <new>

#include "generated/records.h"
#include "pointwise.h"
#include "threads.h"

namespace kd {
namespace {

constexpr int kMaxCalls = 32;
constexpr int kMaxOperands = 64;
constexpr int kMaxTemporaries = 16;

/** How an operand lies. */
enum class OperandForm : int { dense = 0, scalar = 1, number = 2, temporary = 3 };

struct FusedSlot {
  char* data;
  /** From one element to the next; 0 for one that counts as all. */
  Size bytes;
  double number;
  /** Which block of scratch memory it is, or −1. */
  int temporary;
};

struct FusedStep {
  Loop loop;
  double parameters[2];
  std::uint8_t out;
  std::uint8_t in[3];
};

struct FusedCall {
  Call call;
  Size count;
  Size tasks;
  int steps;
  int slots;
  int temporaries;
  FusedStep step[kMaxCalls];
  FusedSlot slot[kMaxOperands];
};
static_assert(sizeof(FusedCall) <= kCallBytes);

const FusedCall& of(const Call* self) { return *reinterpret_cast<const FusedCall*>(self); }

/** All in one block. */
Status runBlock(const Call* self) {
  const FusedCall& c = of(self);
  for (const FusedStep* step = c.step; step < c.step + c.steps; step++) {
    step->loop(c.count, c.slot[step->out].data, c.slot[step->in[0]].data, c.slot[step->in[1]].data, c.slot[step->in[2]].data,
               step->parameters);
  }
  return Status::done;
}

void runPart(const FusedCall& c, Size first, Size end) {
  alignas(64) char scratch[kMaxTemporaries][kTile * sizeof(double)];
  char* data[kMaxOperands];
  for (Size start = first; start < end; start += kTile) {
    const Size count = end - start < kTile ? end - start : kTile;
    for (int i = 0; i < c.slots; i++) {
      const FusedSlot& slot = c.slot[i];
      data[i] = slot.temporary >= 0 ? scratch[slot.temporary] : slot.data + start * slot.bytes;
    }
    for (const FusedStep* step = c.step; step < c.step + c.steps; step++) {
      step->loop(count, data[step->out], data[step->in[0]], data[step->in[1]], data[step->in[2]], step->parameters);
    }
  }
}

Status runBlocks(const Call* self) {
  const FusedCall& c = of(self);
  if (c.tasks <= 1) {
    runPart(c, 0, c.count);
    return Status::done;
  }
  const Size blocks = (c.count + kTile - 1) / kTile;
  const Size share = (blocks + c.tasks - 1) / c.tasks * kTile;
  parallel((c.count + share - 1) / share, [&](Size task) {
    const Size first = task * share;
    runPart(c, first, first + share < c.count ? first + share : c.count);
  });
  return Status::done;
}

/** The loop for a step whose operands are what it computes in. */
Loop loopOf(Kind kind, int op, DType out, DType in, bool scalarA, bool scalarB) {
  const Kernels& loops = kernels();
  const int variant = (scalarA ? 1 : 0) | (scalarB ? 2 : 0);
  switch (kind) {
    case Kind::unary: return loops.unary[op][static_cast<int>(in)];
    case Kind::binary: return loops.binary[op][static_cast<int>(in)][variant];
    case Kind::activationBackward: return loops.activationBackward[op][static_cast<int>(in)];
    case Kind::where: return loops.where[static_cast<int>(out)][variant];
    default: return scalarA ? loops.fill[static_cast<int>(out)] : loops.convert[static_cast<int>(in)][static_cast<int>(out)];
  }
}

/**
 * Whether a step's operands have the dtypes that its loop goes by, and lie as it walks them: it reads one element throughout only where
 * there is a loop for that.
 */
bool suits(Kind kind, int op, DType out, const DType* dtypes, const bool* scalar, const std::uint8_t* in) {
  const auto dense = [&](int i, DType dtype) { return dtypes[in[i]] == dtype && !scalar[in[i]]; };
  switch (kind) {
    case Kind::unary: return !scalar[in[0]] && (isPredicate(static_cast<Unary>(op)) ? bytesOf(out) == 1 : dtypes[in[0]] == out);
    case Kind::binary:
      return dtypes[in[0]] == dtypes[in[1]] && (isPredicate(static_cast<Binary>(op)) ? bytesOf(out) == 1 : dtypes[in[0]] == out);
    case Kind::where: return dense(0, DType::boolean) && dtypes[in[1]] == out && dtypes[in[2]] == out;
    case Kind::activationBackward: return dense(0, out) && dense(1, out);
    case Kind::copy: return !scalar[in[0]] || dtypes[in[0]] == out;
    default: return false;
  }
}

}  // namespace

Status prepareFused(Reader& record, void* memory) {
  FusedCall& c = *new (memory) FusedCall;
  c.count = record.size();
  c.steps = static_cast<int>(record.size(1, kMaxCalls));
  c.slots = static_cast<int>(record.size(1, kMaxOperands));
  if (!record.valid()) return Status::malformed;
  DType dtypes[kMaxOperands];
  bool scalar[kMaxOperands];
  bool temporaries = false;
  for (int i = 0; i < c.slots; i++) {
    FusedSlot& slot = c.slot[i];
    const auto operand = static_cast<OperandForm>(record.code(4));
    dtypes[i] = record.dtype();
    scalar[i] = c.count > 1 && (operand == OperandForm::scalar || operand == OperandForm::number);
    slot.bytes = scalar[i] ? 0 : bytesOf(dtypes[i]);
    slot.temporary = -1;
    if (operand == OperandForm::number) {
      const double number = record.number();
      kernels().convert[static_cast<int>(DType::float64)][static_cast<int>(dtypes[i])](1, &slot.number, &number, nullptr, nullptr, nullptr);
      slot.data = reinterpret_cast<char*>(&slot.number);
    } else if (operand == OperandForm::temporary) {
      slot.data = nullptr;
      slot.temporary = record.code(kMaxTemporaries);
      temporaries = true;
    } else {
      const Reader::BufferView view = record.bufferView();
      const Size last = operand == OperandForm::scalar ? 0 : c.count - 1;
      slot.data = c.count == 0 ? view.start : record.within(view, dtypes[i], 0, static_cast<double>(last));
    }
  }
  double cost = 0;
  for (int s = 0; s < c.steps; s++) {
    FusedStep& step = c.step[s];
    const auto kind = static_cast<Kind>(record.code(kKindCount));
    const int op = record.code(opCount(kind));
    for (double& parameter : step.parameters) parameter = record.number();
    step.out = static_cast<std::uint8_t>(record.code(c.slots));
    for (std::uint8_t& in : step.in) in = static_cast<std::uint8_t>(record.code(c.slots));
    const DType out = dtypes[step.out];
    // Nothing writes to a number, or to one element that counts as all.
    record.expect(!scalar[step.out] && suits(kind, op, out, dtypes, scalar, step.in));
    if (!record.valid()) return Status::malformed;
    // A choice has its condition first.
    const int a = kind == Kind::where ? 1 : 0;
    const DType in = dtypes[step.in[0]];
    const bool fills = kind == Kind::copy && c.slot[step.in[0]].data == reinterpret_cast<char*>(&c.slot[step.in[0]].number);
    step.loop = loopOf(kind, op, out, in, fills || scalar[step.in[a]], kind != Kind::copy && scalar[step.in[a + 1]]);
    if (step.loop == nullptr) return Status::unsupported;
    cost += pointwiseCost(kind, op, kind == Kind::copy ? out : in);
  }
  const double total = cost * static_cast<double>(c.count);
  c.tasks = !worthSharing(total) ? 1 : total / 8000 < 256 ? static_cast<Size>(total / 8000) + 1 : 256;
  c.call.run = c.count == 0 ? runNothing : c.count <= kTile && !temporaries ? runBlock : runBlocks;
  c.call.bytes = static_cast<Size>(offsetof(FusedCall, slot)) + c.slots * static_cast<Size>(sizeof(FusedSlot));
  return record.valid() && record.atEnd() ? Status::done : Status::malformed;
}

}  // namespace kd
