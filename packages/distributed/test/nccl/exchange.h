// Processes that share a file: a barrier, a slot for each, and a mailbox for each pair.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <string>

constexpr int kMaxRanks = 8;
constexpr std::size_t kChunk = 1 << 16;

struct Mailbox {
  std::atomic<int> full;
  char bytes[kChunk];
};

class Exchange {
 public:
  Exchange(const std::string& file, int rank, int size) : rank(rank), size(size) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
    if (descriptor < 0 || ::ftruncate(descriptor, sizeof(Shared)) != 0) return;
    void* memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (memory != MAP_FAILED) shared_ = static_cast<Shared*>(memory);
  }

  ~Exchange() {
    if (shared_ != nullptr) ::munmap(shared_, sizeof(Shared));
  }

  bool works() const { return shared_ != nullptr; }

  void barrier() {
    const int turn = shared_->turn.load();
    if (shared_->arrived.fetch_add(1) + 1 == size) {
      shared_->arrived = 0;
      shared_->turn.fetch_add(1);
    } else {
      while (shared_->turn.load() == turn) pause();
    }
  }

  char* slot(int of) { return shared_->slots[of]; }

  /** Moves a part of a message to another process, or from it, as far as there is room. */
  std::size_t send(const char* from, std::size_t bytes, int to) {
    Mailbox& box = shared_->boxes[rank][to];
    if (box.full.load() != 0) return 0;
    const std::size_t part = bytes < kChunk ? bytes : kChunk;
    std::memcpy(box.bytes, from, part);
    box.full = 1;
    return part;
  }

  std::size_t receive(char* to, std::size_t bytes, int from) {
    Mailbox& box = shared_->boxes[from][rank];
    if (box.full.load() == 0) return 0;
    const std::size_t part = bytes < kChunk ? bytes : kChunk;
    std::memcpy(to, box.bytes, part);
    box.full = 0;
    return part;
  }

  static void pause() {
    const timespec time{0, 20'000};
    ::nanosleep(&time, nullptr);
  }

  const int rank;
  const int size;

 private:
  struct Shared {
    std::atomic<int> arrived;
    std::atomic<int> turn;
    char slots[kMaxRanks][kChunk];
    Mailbox boxes[kMaxRanks][kMaxRanks];
  };
  Shared* shared_ = nullptr;
};
