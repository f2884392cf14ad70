// What this thread asks of the heap while it is counted.
#ifndef HIKAE_TESTS_CEDAR_HEAP_COUNT_H_
#define HIKAE_TESTS_CEDAR_HEAP_COUNT_H_

#include <cstddef>

namespace hikae::cedar {

void StartHeapCount();
size_t StopHeapCount();  // allocations since the start

}  // namespace hikae::cedar

#endif  // HIKAE_TESTS_CEDAR_HEAP_COUNT_H_
