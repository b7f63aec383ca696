// Results of the driver's functions, numbered as in cuda.h.
#pragma once

#define KD_RESULTS(X)                                                                                             \
  X(0, CUDA_SUCCESS, "no error")                                                                                  \
  X(1, CUDA_ERROR_INVALID_VALUE, "invalid argument")                                                              \
  X(2, CUDA_ERROR_OUT_OF_MEMORY, "out of memory")                                                                 \
  X(3, CUDA_ERROR_NOT_INITIALIZED, "initialization error")                                                        \
  X(4, CUDA_ERROR_DEINITIALIZED, "driver shutting down")                                                          \
  X(34, CUDA_ERROR_STUB_LIBRARY, "CUDA driver is a stub library")                                                 \
  X(46, CUDA_ERROR_DEVICE_UNAVAILABLE, "CUDA-capable device(s) is/are busy or unavailable")                       \
  X(100, CUDA_ERROR_NO_DEVICE, "no CUDA-capable device is detected")                                              \
  X(101, CUDA_ERROR_INVALID_DEVICE, "invalid device ordinal")                                                     \
  X(200, CUDA_ERROR_INVALID_IMAGE, "device kernel image is invalid")                                              \
  X(201, CUDA_ERROR_INVALID_CONTEXT, "invalid device context")                                                    \
  X(209, CUDA_ERROR_NO_BINARY_FOR_GPU, "no kernel image is available for execution on the device")                \
  X(214, CUDA_ERROR_ECC_UNCORRECTABLE, "uncorrectable ECC error encountered")                                     \
  X(218, CUDA_ERROR_INVALID_PTX, "a PTX JIT compilation failed")                                                  \
  X(220, CUDA_ERROR_NVLINK_UNCORRECTABLE, "uncorrectable NVLink error detected during the execution")             \
  X(221, CUDA_ERROR_JIT_COMPILER_NOT_FOUND, "PTX JIT compiler library not found")                                 \
  X(222, CUDA_ERROR_UNSUPPORTED_PTX_VERSION, "the provided PTX was compiled with an unsupported toolchain.")      \
  X(304, CUDA_ERROR_OPERATING_SYSTEM, "OS call failed or operation not supported on this OS")                     \
  X(400, CUDA_ERROR_INVALID_HANDLE, "invalid resource handle")                                                    \
  X(401, CUDA_ERROR_ILLEGAL_STATE, "the operation cannot be performed in the present state")                      \
  X(500, CUDA_ERROR_NOT_FOUND, "named symbol not found")                                                          \
  X(600, CUDA_ERROR_NOT_READY, "device not ready")                                                                \
  X(700, CUDA_ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered")                                  \
  X(701, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, "too many resources requested for launch")                           \
  X(702, CUDA_ERROR_LAUNCH_TIMEOUT, "the launch timed out and was terminated")                                    \
  X(709, CUDA_ERROR_CONTEXT_IS_DESTROYED, "context is destroyed")                                                 \
  X(710, CUDA_ERROR_ASSERT, "device-side assert triggered")                                                       \
  X(714, CUDA_ERROR_HARDWARE_STACK_ERROR, "hardware stack error")                                                 \
  X(715, CUDA_ERROR_ILLEGAL_INSTRUCTION, "an illegal instruction was encountered")                                \
  X(716, CUDA_ERROR_MISALIGNED_ADDRESS, "misaligned address")                                                     \
  X(717, CUDA_ERROR_INVALID_ADDRESS_SPACE, "operation not supported on global/shared address space")              \
  X(718, CUDA_ERROR_INVALID_PC, "invalid program counter")                                                        \
  X(719, CUDA_ERROR_LAUNCH_FAILED, "unspecified launch failure")                                                  \
  X(800, CUDA_ERROR_NOT_PERMITTED, "operation not permitted")                                                     \
  X(801, CUDA_ERROR_NOT_SUPPORTED, "operation not supported")                                                     \
  X(802, CUDA_ERROR_SYSTEM_NOT_READY, "system not yet initialized")                                               \
  X(803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, "system has unsupported display driver / cuda driver combination")    \
  X(900, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing")               \
  X(901, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture")        \
  X(902, CUDA_ERROR_STREAM_CAPTURE_MERGE, "operation would result in a merge of separate capture sequences")      \
  X(903, CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, "capture was not ended in the same stream as it began")             \
  X(904, CUDA_ERROR_STREAM_CAPTURE_UNJOINED, "capturing stream has unjoined work")                                \
  X(905, CUDA_ERROR_STREAM_CAPTURE_ISOLATION, "dependency created on uncaptured work in another stream")          \
  X(906, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "operation would make the legacy stream depend on a capturing blocking stream") \
  X(907, CUDA_ERROR_CAPTURED_EVENT, "operation not permitted on an event last recorded in a capturing stream")    \
  X(908, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD,                                                                  \
    "attempt to terminate a thread-local capture sequence from another thread")                                   \
  X(910, CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, "the graph update was not performed")                              \
  X(999, CUDA_ERROR_UNKNOWN, "unknown error")

enum CUresult : int {
#define KD_RESULT(code, name, text) name = code,
  KD_RESULTS(KD_RESULT)
#undef KD_RESULT
};

namespace kd_emulator {

/** Errors after which the context of a real device is of no more use. */
inline bool isSticky(int code) {
  switch (code) {
    case CUDA_ERROR_ECC_UNCORRECTABLE:
    case CUDA_ERROR_NVLINK_UNCORRECTABLE:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_LAUNCH_TIMEOUT:
    case CUDA_ERROR_ASSERT:
    case CUDA_ERROR_HARDWARE_STACK_ERROR:
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
    case CUDA_ERROR_MISALIGNED_ADDRESS:
    case CUDA_ERROR_INVALID_ADDRESS_SPACE:
    case CUDA_ERROR_INVALID_PC:
    case CUDA_ERROR_LAUNCH_FAILED:
    case CUDA_ERROR_UNKNOWN: return true;
    default: return false;
  }
}

}  // namespace kd_emulator
