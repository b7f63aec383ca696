// Linked after the kernels; see shared-begin.cpp.
namespace kd_emulator {

alignas(64) char sharedEnd[64];

}  // namespace kd_emulator
