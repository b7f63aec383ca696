#pragma once

#include <cstddef>
#include <cstdint>

/** So many bytes, at a multiple of 64; nullptr where there are none. */
extern "C" void* kd_allocate(std::size_t bytes);

/** Takes back what kd_allocate gave. */
extern "C" void kd_free(void* memory);
