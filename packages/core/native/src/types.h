#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "generated/codes.h"

namespace kd {

using Size = std::ptrdiff_t;

/** Axes that a pointwise kernel may have after neighbouring ones have been merged. */
constexpr int kMaxRank = 12;

constexpr Size bytesOf(DType dtype) {
  switch (dtype) {
    case DType::boolean:
    case DType::uint8: return 1;
    case DType::int32:
    case DType::float32: return 4;
    default: return 8;
  }
}

constexpr bool isInteger(DType dtype) { return dtype < DType::float32; }

/** The dtype whose arithmetic another one shares: a bool is a byte. */
constexpr DType arithmetic(DType dtype) { return dtype == DType::boolean ? DType::uint8 : dtype; }

template <class T> constexpr DType dtypeOf = DType::float64;
template <> inline constexpr DType dtypeOf<std::uint8_t> = DType::uint8;
template <> inline constexpr DType dtypeOf<std::int32_t> = DType::int32;
template <> inline constexpr DType dtypeOf<float> = DType::float32;

}  // namespace kd
