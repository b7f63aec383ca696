// Threads of a block are fibers. A fiber runs one thread after another until one has to wait; the next ones get another fiber. So a
// kernel that never waits runs as a loop, and one that does costs a switch of stacks for each thread that waits.
#include "grid.h"

#include <array>
#include <cstring>
#include <deque>
#include <vector>

#include "../device/collectives.h"
#include "fault-trap.h"
#include "fiber.h"
#include "shared-memory.h"

uint3 threadIdx;
uint3 blockIdx;
dim3 blockDim;
dim3 gridDim;

namespace kd_emulator {

namespace {

constexpr unsigned maxThreads = 1024;
constexpr unsigned lanes = 32;
/** What a lane reads from a lane that does not take part: not a number as a float or a double. */
constexpr std::uint64_t absent = 0x7ff8dead7fc0deadu;

enum class State : std::uint8_t { fresh, running, waiting, ready, exited };

struct Thread {
  State state;
  Collective kind;
  unsigned mask;
  unsigned source;
  std::uint64_t value;
  Site site;
  Fiber* fiber;
};

/** The block that runs: the emulator runs one at a time. */
struct Block {
  Launch launch;
  bool reverse;
  unsigned count;
  /** Threads that have begun, in the order of running. */
  unsigned begun;
  unsigned live;
  unsigned waitingAtBarrier;
  unsigned current;
  std::array<unsigned, maxThreads / lanes> liveLanesOf;
  std::array<unsigned, maxThreads / lanes> waitingLanesOf;
  std::array<Thread, maxThreads> threads;
  /** threadIdx of each thread. */
  std::array<uint3, maxThreads> indices;
  std::deque<unsigned> ready;
};

Block block;
Fiber mainFiber;
std::deque<Fiber> fibers;
std::vector<Fiber*> idle;
Fiber* running;
Outcome outcome;

unsigned threadAt(unsigned ordinal) { return block.reverse ? block.count - 1 - ordinal : ordinal; }

void become(unsigned thread) {
  block.current = thread;
  block.threads[thread].state = State::running;
  threadIdx = block.indices[thread];
}

void fiberMain();

Fiber* takeFiber() {
  if (idle.empty()) {
    Fiber& fiber = fibers.emplace_back();
    if (!begin(fiber, fiberMain)) {
      fibers.pop_back();
      return nullptr;
    }
    return &fiber;
  }
  Fiber* fiber = idle.back();
  idle.pop_back();
  return fiber;
}

void go(Fiber& to) {
  Fiber* self = running;
  running = &to;
  switchFiber(*self, to);
  running = self;
}

[[noreturn]] void abandon(Ending ending, std::string message) {
  outcome = {ending, std::move(message), 0};
  go(mainFiber);
  __builtin_unreachable();
}

/** Hands the processor to a thread that can go on, to a fiber for the next fresh thread, or back to the launch. */
void yield() {
  if (!block.ready.empty()) {
    const unsigned next = block.ready.front();
    block.ready.pop_front();
    become(next);
    Fiber* fiber = block.threads[next].fiber;
    if (fiber != running) go(*fiber);
  } else if (block.begun < block.count) {
    Fiber* fiber = takeFiber();
    if (fiber == nullptr) abandon(Ending::noMemory, "no memory for the stacks of a block's threads");
    go(*fiber);
  } else {
    go(mainFiber);
  }
}

const char* nameOf(Collective kind) {
  switch (kind) {
    case Collective::barrier: return "__syncthreads";
    case Collective::barrierOr: return "__syncthreads_or";
    case Collective::barrierAnd: return "__syncthreads_and";
    case Collective::barrierCount: return "__syncthreads_count";
    case Collective::warpBarrier: return "__syncwarp";
    case Collective::shuffle: return "a warp shuffle";
    case Collective::ballot: return "a warp vote";
  }
  return "";
}

bool isBarrier(Collective kind) { return kind <= Collective::barrierCount; }

bool sameSite(const Site& a, const Site& b) {
  return a.line == b.line && (a.file == b.file || std::strcmp(a.file, b.file) == 0);
}

std::string text(const dim3& x) {
  return "(" + std::to_string(x.x) + ", " + std::to_string(x.y) + ", " + std::to_string(x.z) + ")";
}

std::string text(const Site& site) {
  const char* slash = std::strrchr(site.file, '/');
  return std::string(slash == nullptr ? site.file : slash + 1) + ":" + std::to_string(site.line);
}

std::string where() {
  return std::string("kernel ") + block.launch.kernel->name + ", block " + text({blockIdx.x, blockIdx.y, blockIdx.z});
}

/** Threads as ranges: "0-15, 20". */
template <typename Has>
std::string ranges(Has has) {
  std::string list;
  for (unsigned first = 0; first < block.count; first++) {
    if (!has(first)) continue;
    unsigned last = first;
    while (last + 1 < block.count && has(last + 1)) last++;
    list += (list.empty() ? "" : ", ") + std::to_string(first) + (last > first ? "-" + std::to_string(last) : "");
    first = last;
  }
  return list;
}

/** Who waits where, and who has ended. */
std::string account() {
  std::string list;
  std::vector<unsigned> reported;
  for (unsigned i = 0; i < block.count; i++) {
    const Thread& thread = block.threads[i];
    if (thread.state != State::waiting) continue;
    auto together = [&](unsigned other) {
      const Thread& a = block.threads[other];
      return a.state == State::waiting && a.kind == thread.kind && a.mask == thread.mask && sameSite(a.site, thread.site);
    };
    bool known = false;
    for (unsigned other : reported) known = known || together(other);
    if (known) continue;
    reported.push_back(i);
    char mask[32] = "";
    if (!isBarrier(thread.kind)) snprintf(mask, sizeof mask, " with mask 0x%08x", thread.mask);
    list += "; threads " + ranges(together) + " wait at " + nameOf(thread.kind) + mask + " (" + text(thread.site) + ")";
  }
  const std::string exited = ranges([](unsigned i) { return block.threads[i].state == State::exited; });
  if (!exited.empty()) list += "; threads " + exited + " have ended";
  return list;
}

void release(unsigned thread) {
  block.threads[thread].state = State::ready;
  block.ready.push_back(thread);
}

/** Lets the block go on where all its live threads have come to a barrier. */
void completeBarrier() {
  if (block.waitingAtBarrier == 0 || block.waitingAtBarrier < block.live) return;
  const Thread* first = nullptr;
  std::uint64_t count = 0;
  for (unsigned i = 0; i < block.count; i++) {
    const Thread& thread = block.threads[i];
    if (thread.state != State::waiting) continue;
    if (first == nullptr) first = &thread;
    if (thread.kind != first->kind || !sameSite(thread.site, first->site)) {
      abandon(Ending::diverged, where() + ": not all threads come to the same barrier" + account());
    }
    count += thread.value;
  }
  std::uint64_t result = count;
  if (first->kind == Collective::barrierOr) result = count != 0;
  if (first->kind == Collective::barrierAnd) result = count == block.live;
  block.waitingAtBarrier = 0;
  for (unsigned ordinal = 0; ordinal < block.count; ordinal++) {
    const unsigned i = threadAt(ordinal);
    if (block.threads[i].state != State::waiting) continue;
    block.threads[i].value = result;
    release(i);
  }
}

/** Lets the lanes of a mask go on where all that live have come to the same collective. */
void completeWarp(unsigned warp, unsigned mask, Collective kind) {
  const unsigned expected = mask & block.liveLanesOf[warp];
  if (expected == 0 || (block.waitingLanesOf[warp] & expected) != expected) return;
  Thread* const threads = &block.threads[warp * lanes];
  std::uint64_t values[lanes];
  std::uint64_t votes = 0;
  for (unsigned lane = 0; lane < lanes; lane++) {
    if ((expected >> lane & 1) == 0) continue;
    if (threads[lane].kind != kind || threads[lane].mask != mask) return;
    values[lane] = threads[lane].value;
    if (values[lane] != 0) votes |= 1u << lane;
  }
  block.waitingLanesOf[warp] &= ~expected;
  for (unsigned ordinal = 0; ordinal < lanes; ordinal++) {
    const unsigned lane = block.reverse ? lanes - 1 - ordinal : ordinal;
    if ((expected >> lane & 1) == 0) continue;
    Thread& thread = threads[lane];
    if (kind == Collective::shuffle) {
      thread.value = thread.source < lanes && (expected >> thread.source & 1) != 0 ? values[thread.source] : absent;
    } else {
      thread.value = votes;
    }
    release(warp * lanes + lane);
  }
}

/** The current thread waits; goes on when it is released. */
std::uint64_t wait(Collective kind, unsigned mask, std::uint64_t value, unsigned source, Site site) {
  const unsigned self = block.current;
  block.threads[self] = {State::waiting, kind, mask, source, value, site, running};
  if (isBarrier(kind)) {
    block.waitingAtBarrier++;
    completeBarrier();
  } else {
    block.waitingLanesOf[self / lanes] |= 1u << self % lanes;
    completeWarp(self / lanes, mask, kind);
  }
  yield();
  return block.threads[self].value;
}

void threadEnded() {
  const unsigned self = block.current;
  const unsigned warp = self / lanes;
  block.threads[self].state = State::exited;
  block.live--;
  block.liveLanesOf[warp] &= ~(1u << self % lanes);
  completeBarrier();
  // A released lane no longer waits, so that each group is completed once.
  for (unsigned lane = 0; lane < lanes && block.waitingLanesOf[warp] != 0; lane++) {
    if ((block.waitingLanesOf[warp] >> lane & 1) == 0) continue;
    const Thread& thread = block.threads[warp * lanes + lane];
    completeWarp(warp, thread.mask, thread.kind);
  }
}

void fiberMain() {
  arrived();
  for (;;) {
    while (block.ready.empty() && block.begun < block.count) {
      become(threadAt(block.begun++));
      block.launch.kernel->run(block.launch.parameters);
      threadEnded();
    }
    idle.push_back(running);
    if (block.ready.empty()) {
      go(mainFiber);
    } else {
      yield();
    }
  }
}

void runBlock() {
  block.begun = 0;
  block.live = block.count;
  block.waitingAtBarrier = 0;
  block.ready.clear();
  for (unsigned warp = 0; warp * lanes < block.count; warp++) {
    const unsigned present = block.count - warp * lanes;
    block.liveLanesOf[warp] = present >= lanes ? ~0u : (1u << present) - 1;
    block.waitingLanesOf[warp] = 0;
  }
  for (unsigned i = 0; i < block.count; i++) block.threads[i].state = State::fresh;
  scrambleDynamic();
  yield();
  if (outcome.ending == Ending::done && block.live > 0) {
    outcome = {Ending::diverged, where() + ": threads wait for others that never come" + account(), 0};
  }
}

void onFault(int signal, std::uintptr_t address) {
  outcome.ending = Ending::faulted;
  outcome.address = address;
  outcome.message = where() + ", thread " + text({threadIdx.x, threadIdx.y, threadIdx.z}) +
                    (signal == SIGFPE ? ": integer division by zero" : ": access to an address that it may not touch");
  go(mainFiber);
}

}  // namespace

int meetBlock(Collective kind, int predicate, Site site) { return int(wait(kind, 0, predicate != 0, 0, site)); }

std::uint64_t meetWarp(Collective kind, unsigned mask, std::uint64_t value, unsigned source, Site site) {
  if ((mask >> block.current % lanes & 1) == 0) {
    abandon(Ending::diverged, where() + ", thread " + std::to_string(block.current) + ": " + nameOf(kind) + " (" + text(site) +
                                  ") with a mask that has not the calling lane");
  }
  return wait(kind, mask, value, source, site);
}

unsigned laneIndex() { return block.current % lanes; }

unsigned liveLanes() { return block.liveLanesOf[block.current / lanes]; }

void trap(Site site) {
  abandon(Ending::trapped, where() + ", thread " + text({threadIdx.x, threadIdx.y, threadIdx.z}) + ": __trap (" + text(site) + ")");
}

Outcome runGrid(const Launch& launch, bool reverse) {
  outcome = {};
  if (!reserveShared()) return {Ending::noMemory, "no memory for a block's shared memory", 0};
  block.launch = launch;
  block.reverse = reverse;
  block.count = launch.block.x * launch.block.y * launch.block.z;
  uint3* index = block.indices.data();
  for (unsigned z = 0; z < launch.block.z; z++) {
    for (unsigned y = 0; y < launch.block.y; y++) {
      for (unsigned x = 0; x < launch.block.x; x++) *index++ = {x, y, z};
    }
  }
  blockDim = launch.block;
  gridDim = launch.grid;
  mainFiber = {};
  running = &mainFiber;
  if (launch.ownShared) scrambleVariables();
  allotShared(launch.sharedBytes);
  {
    const FaultTrap faults(onFault);
    const std::uint64_t blocks = std::uint64_t(launch.grid.x) * launch.grid.y * launch.grid.z;
    for (std::uint64_t ordinal = 0; ordinal < blocks && outcome.ending == Ending::done; ordinal++) {
      const std::uint64_t i = reverse ? blocks - 1 - ordinal : ordinal;
      const std::uint64_t row = i / launch.grid.x;
      blockIdx = {unsigned(i % launch.grid.x), unsigned(row % launch.grid.y), unsigned(row / launch.grid.y)};
      runBlock();
    }
  }
  if (outcome.ending != Ending::done) {
    // The fibers of threads that never ended are begun anew.
    idle.clear();
    for (Fiber& fiber : fibers) {
      begin(fiber, fiberMain);
      idle.push_back(&fiber);
    }
  }
  return outcome;
}

}  // namespace kd_emulator
