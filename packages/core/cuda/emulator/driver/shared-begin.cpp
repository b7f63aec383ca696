// Linked before the kernels: their `__shared__` variables lie between this and the end that shared-end.cpp marks.
namespace kd_emulator {

alignas(64) char sharedBegin[64];

}  // namespace kd_emulator
