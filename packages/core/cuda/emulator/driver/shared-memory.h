// Shared memory of the block that runs.
#pragma once

namespace kd_emulator {

/** Makes room for a block's dynamic shared memory, once; false where there is none. */
bool reserveShared();

/** For a launch: so many bytes are there, and nothing beside them. */
void allotShared(unsigned dynamicBytes);

/** Makes what a block has not written to its dynamic shared memory no number. */
void scrambleDynamic();

/** Makes what kernels have not written to their `__shared__` variables no number. AddressSanitizer has zones between variables. */
void scrambleVariables();

}  // namespace kd_emulator
