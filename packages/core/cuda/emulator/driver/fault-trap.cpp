#include "fault-trap.h"

#include <pthread.h>

#include <cstddef>
#include <memory>

#include "sanitizer.h"

namespace kd_emulator {
namespace {

constexpr std::size_t stackBytes = 64 << 10;

FaultHandler handle;
pthread_t launching;
struct sigaction formerSegv, formerBus, formerFpe;

void onFault(int signal, siginfo_t* info, void* context) {
  if (pthread_equal(pthread_self(), launching)) return handle(signal, reinterpret_cast<std::uintptr_t>(info->si_addr));
  const struct sigaction& former = signal == SIGSEGV ? formerSegv : signal == SIGBUS ? formerBus : formerFpe;
  if ((former.sa_flags & SA_SIGINFO) != 0) {
    former.sa_sigaction(signal, info, context);
  } else if (former.sa_handler == SIG_DFL || former.sa_handler == SIG_IGN) {
    sigaction(signal, &former, nullptr);
  } else {
    former.sa_handler(signal);
  }
}

}  // namespace

FaultTrap::FaultTrap(FaultHandler handler) {
  if (KD_SANITIZED) return;
  static std::unique_ptr<std::byte[]> memory(new std::byte[stackBytes]);
  stack_t stack{};
  stack.ss_sp = memory.get();
  stack.ss_size = stackBytes;
  sigaltstack(&stack, &formerStack_);
  struct sigaction action{};
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  handle = handler;
  launching = pthread_self();
  sigaction(SIGSEGV, &action, &formerSegv);
  sigaction(SIGBUS, &action, &formerBus);
  sigaction(SIGFPE, &action, &formerFpe);
}

FaultTrap::~FaultTrap() {
  if (KD_SANITIZED) return;
  sigaction(SIGSEGV, &formerSegv, nullptr);
  sigaction(SIGBUS, &formerBus, nullptr);
  sigaction(SIGFPE, &formerFpe, nullptr);
  sigaltstack(&formerStack_, nullptr);
}

}  // namespace kd_emulator
