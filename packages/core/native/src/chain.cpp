// Pointwise operations over the same elements, done together: block of elements by block, all of them on one block while it is in the
// first-level cache. Every element sees the loops that it would see alone.
#include <new>

#include "decode.h"
#include "pointwise.h"
#include "threads.h"

namespace kd {
namespace {

constexpr int kChainCalls = 32;
constexpr int kChainOperands = 64;
constexpr int kChainTemporaries = 16;

/** What an operand is. */
enum class Operand : int { dense = 0, single = 1, number = 2, temporary = 3 };

struct ChainSlot {
  char* data;
  /** From one element to the next; 0 for one that counts as all. */
  Size bytes;
  double number;
  /** Which block of scratch memory it is, or −1. */
  int temporary;
};

struct ChainStep {
  Loop loop;
  double parameters[2];
  std::uint8_t out;
  std::uint8_t in[3];
};

struct ChainCall {
  Call call;
  Size count;
  Size tasks;
  int steps;
  int slots;
  int temporaries;
  ChainStep step[kChainCalls];
  ChainSlot slot[kChainOperands];
};
static_assert(sizeof(ChainCall) <= kCallBytes);

const ChainCall& of(const Call* self) { return *reinterpret_cast<const ChainCall*>(self); }

/** All in one block. */
Status runBlock(const Call* self) {
  const ChainCall& c = of(self);
  for (const ChainStep* step = c.step; step < c.step + c.steps; step++) {
    step->loop(c.count, c.slot[step->out].data, c.slot[step->in[0]].data, c.slot[step->in[1]].data, c.slot[step->in[2]].data,
               step->parameters);
  }
  return Status::done;
}

void runPart(const ChainCall& c, Size first, Size end) {
  alignas(64) char scratch[kChainTemporaries][kTile * sizeof(double)];
  char* data[kChainOperands];
  for (Size start = first; start < end; start += kTile) {
    const Size count = end - start < kTile ? end - start : kTile;
    for (int i = 0; i < c.slots; i++) {
      const ChainSlot& slot = c.slot[i];
      data[i] = slot.temporary >= 0 ? scratch[slot.temporary] : slot.data + start * slot.bytes;
    }
    for (const ChainStep* step = c.step; step < c.step + c.steps; step++) {
      step->loop(count, data[step->out], data[step->in[0]], data[step->in[1]], data[step->in[2]], step->parameters);
    }
  }
}

Status runBlocks(const Call* self) {
  const ChainCall& c = of(self);
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
Loop loopOf(Kind kind, int op, DType out, DType in, bool singleA, bool singleB) {
  const Kernels& loops = kernels();
  const int variant = (singleA ? 1 : 0) | (singleB ? 2 : 0);
  switch (kind) {
    case Kind::unary: return loops.unary[op][static_cast<int>(in)];
    case Kind::binary: return loops.binary[op][static_cast<int>(in)][variant];
    case Kind::activationBackward: return loops.slope[op][static_cast<int>(in)];
    case Kind::where: return loops.where[static_cast<int>(out)][variant];
    default: return singleA ? loops.fill[static_cast<int>(out)] : loops.convert[static_cast<int>(in)][static_cast<int>(out)];
  }
}

}  // namespace

Status decodeChain(Reader record, void* memory) {
  ChainCall& c = *new (memory) ChainCall;
  c.count = record.size();
  c.steps = record.integer();
  c.slots = record.integer();
  if (c.steps > kChainCalls || c.slots > kChainOperands) return Status::unsupported;
  DType dtypes[kChainOperands];
  bool single[kChainOperands];
  bool temporaries = false;
  for (int i = 0; i < c.slots; i++) {
    ChainSlot& slot = c.slot[i];
    const auto operand = record.code<Operand>();
    dtypes[i] = record.code<DType>();
    single[i] = c.count > 1 && (operand == Operand::single || operand == Operand::number);
    slot.bytes = single[i] ? 0 : bytesOf(dtypes[i]);
    slot.temporary = -1;
    if (operand == Operand::number) {
      const double number = record.number();
      kernels().convert[static_cast<int>(DType::float64)][static_cast<int>(dtypes[i])](1, &slot.number, &number, nullptr, nullptr, nullptr);
      slot.data = reinterpret_cast<char*>(&slot.number);
    } else if (operand == Operand::temporary) {
      slot.data = nullptr;
      slot.temporary = record.integer();
      temporaries = true;
    } else {
      slot.data = record.address<char>();
    }
  }
  double cost = 0;
  for (int s = 0; s < c.steps; s++) {
    ChainStep& step = c.step[s];
    const Kind kind = record.code<Kind>();
    const int op = record.integer();
    for (double& parameter : step.parameters) parameter = record.number();
    step.out = static_cast<std::uint8_t>(record.integer());
    for (std::uint8_t& in : step.in) in = static_cast<std::uint8_t>(record.integer());
    // A choice has its condition first.
    const int a = kind == Kind::where ? 1 : 0;
    const DType out = dtypes[step.out];
    const DType in = dtypes[step.in[0]];
    const bool fills = kind == Kind::copy && c.slot[step.in[0]].data == reinterpret_cast<char*>(&c.slot[step.in[0]].number);
    step.loop = loopOf(kind, op, out, in, fills || single[step.in[a]], kind != Kind::copy && single[step.in[a + 1]]);
    if (step.loop == nullptr) return Status::unsupported;
    cost += pointwiseCost(kind, op, kind == Kind::copy ? out : in);
  }
  const double total = cost * static_cast<double>(c.count);
  c.tasks = !worthSharing(total) ? 1 : total / 8000 < 256 ? static_cast<Size>(total / 8000) + 1 : 256;
  c.call.run = c.count <= kTile && !temporaries ? runBlock : runBlocks;
  c.call.bytes = static_cast<Size>(offsetof(ChainCall, slot)) + c.slots * static_cast<Size>(sizeof(ChainSlot));
  return Status::done;
}

}  // namespace kd
