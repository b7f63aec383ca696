// The memory of the module, in lines of 64 bytes: two-level segregated fit (Masmano et al., 2004). A chunk is a line that describes it and
// the lines of its content; free neighbours become one. The C library's allocator rounds sizes up to powers of two.
#include "heap.h"

#include <algorithm>
#include <atomic>

extern "C" unsigned char __heap_base;

namespace kd {
namespace {

using Lines = std::uint32_t;

constexpr Lines kPageLines = 1024;
/** Pages that the memory grows by at least, 16 MiB: a step takes the host long. */
constexpr Lines kLeastGrowth = 256;

struct alignas(64) Chunk {
  /** The neighbour below. */
  Chunk* before;
  /** Others in its list, where it is free. */
  Chunk* next;
  Chunk* previous;
  Lines lines;
  bool isFree;

  Chunk* after() { return this + 1 + lines; }
};

/** Free chunks of similar size: eight lists for each doubling. */
struct ListIndex {
  int doubling;
  int part;

  static ListIndex of(Lines lines) {
    const int doubling = 31 - __builtin_clz(lines);
    return {doubling, static_cast<int>(doubling < 3 ? lines << (3 - doubling) : lines >> (doubling - 3)) & 7};
  }
};

class Heap {
 public:
  Chunk* allocate(Lines lines) {
    Chunk* chunk = find(lines);
    if (chunk != nullptr) remove(chunk);
    else chunk = grow(lines);
    if (chunk == nullptr) return nullptr;
    chunk->isFree = false;
    if (chunk->lines >= lines + 2) {
      Chunk* rest = chunk + 1 + lines;
      rest->lines = chunk->lines - lines - 1;
      rest->before = chunk;
      rest->after()->before = rest;
      chunk->lines = lines;
      insert(rest);
    }
    return chunk;
  }

  void free(Chunk* chunk) {
    Chunk* after = chunk->after();
    if (after->isFree) {
      remove(after);
      chunk->lines += 1 + after->lines;
    }
    insert(joinedWithBefore(chunk));
  }

 private:
  /** A chunk from the lists that surely suffices. */
  Chunk* find(Lines lines) {
    const int doubling = 31 - __builtin_clz(lines);
    auto [first, part] = ListIndex::of(doubling < 3 ? lines : lines + (Lines{1} << (doubling - 3)) - 1);
    unsigned parts = parts_[first] & (0xffu << part);
    if (parts == 0) {
      const std::uint32_t larger = first == 31 ? 0 : doublings_ & (~std::uint32_t{0} << (first + 1));
      if (larger == 0) return nullptr;
      first = __builtin_ctz(larger);
      parts = parts_[first];
    }
    return lists_[first][__builtin_ctz(parts)];
  }

  void insert(Chunk* chunk) {
    const auto [first, part] = ListIndex::of(chunk->lines);
    Chunk*& list = lists_[first][part];
    chunk->isFree = true;
    chunk->previous = nullptr;
    chunk->next = list;
    if (list != nullptr) list->previous = chunk;
    list = chunk;
    parts_[first] |= 1u << part;
    doublings_ |= std::uint32_t{1} << first;
  }

  void remove(Chunk* chunk) {
    const auto [first, part] = ListIndex::of(chunk->lines);
    if (chunk->next != nullptr) chunk->next->previous = chunk->previous;
    if (chunk->previous != nullptr) {
      chunk->previous->next = chunk->next;
      return;
    }
    lists_[first][part] = chunk->next;
    if (chunk->next != nullptr) return;
    parts_[first] &= ~(1u << part);
    if (parts_[first] == 0) doublings_ &= ~(std::uint32_t{1} << first);
  }

  /** The neighbour below with it, where that is free, not in a list; the neighbour above knows. */
  Chunk* joinedWithBefore(Chunk* chunk) {
    Chunk* whole = chunk;
    if (chunk->before != nullptr && chunk->before->isFree) {
      whole = chunk->before;
      remove(whole);
      whole->lines += 1 + chunk->lines;
    }
    whole->after()->before = whole;
    return whole;
  }

  /** A chunk of at least so many lines at the end of the memory, not in a list; nullptr where the host gives no more. */
  Chunk* grow(Lines lines) {
    if (end_ == nullptr) begin();
    Chunk* last = end_->before;
    const Lines there = last->isFree ? last->lines + 1 : 0;
    if (there > lines) {
      remove(last);
      return last;
    }
    const Lines missing = (lines - there) / kPageLines + 1;
    const Lines ahead = std::max<Lines>(__builtin_wasm_memory_size(0) / 8, kLeastGrowth);
    Lines pages = std::max(missing, ahead);
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
      pages = missing;
      if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return nullptr;
    }
    Chunk* chunk = end_;
    chunk->lines = pages * kPageLines - 1;
    close(chunk);
    return joinedWithBefore(chunk);
  }

  /** Takes what the module leaves of the memory that it is given at first. */
  void begin() {
    const auto start = (reinterpret_cast<std::uintptr_t>(&__heap_base) + 63) / 64;
    auto* chunk = reinterpret_cast<Chunk*>(start * 64);
    chunk->before = nullptr;
    chunk->lines = static_cast<Lines>(__builtin_wasm_memory_size(0) * kPageLines - start - 2);
    close(chunk);
    insert(chunk);
  }

  /** Ends the memory behind a chunk, with one that is never free. */
  void close(Chunk* chunk) {
    end_ = chunk->after();
    end_->before = chunk;
    end_->lines = 0;
    end_->isFree = false;
  }

  Chunk* end_ = nullptr;
  Chunk* lists_[32][8] = {};
  std::uint32_t doublings_ = 0;
  std::uint8_t parts_[32] = {};
};

constinit Heap heap;
constinit std::atomic<bool> taken{false};

/** One thread at a time. */
struct Turn {
  Turn() {
    while (taken.exchange(true, std::memory_order_acquire)) continue;
  }
  ~Turn() { taken.store(false, std::memory_order_release); }
};

}  // namespace
}  // namespace kd

void* kd_allocate(std::size_t bytes) {
  constexpr std::size_t kMost = SIZE_MAX - 128;
  if (bytes > kMost) return nullptr;
  const kd::Turn turn;
  kd::Chunk* chunk = kd::heap.allocate(std::max<kd::Lines>((bytes + 63) / 64, 1));
  return chunk == nullptr ? nullptr : chunk + 1;
}

void kd_free(void* memory) {
  if (memory == nullptr) return;
  const kd::Turn turn;
  kd::heap.free(static_cast<kd::Chunk*>(memory) - 1);
}
