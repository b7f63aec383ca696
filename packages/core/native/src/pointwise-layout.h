// The layout of a pointwise call's operands, from its record.
#pragma once

#include "pointwise.h"
#include "record.h"

namespace kd {

/** Reads sizes and operands: drops axes of size 1, puts the output's longest strides first, merges axes that all walk as one. */
Status readLayout(PointwiseCall& c, int operands, Reader& record);

}  // namespace kd
