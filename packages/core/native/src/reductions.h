// Reductions over processes, by functions of a message-passing library that the host registers.
#pragma once

#include "types.h"

namespace kd {

/**
 * Registers a function; handles and addresses are whole numbers. `waits` is where three ints say which call another thread finds waiting, for
 * good. The result is its number, or −1 where there is no room.
 */
int registerReduction(DType dtype, double address, double inPlace, double datatype, double op, double communicator, double waits);

}  // namespace kd
