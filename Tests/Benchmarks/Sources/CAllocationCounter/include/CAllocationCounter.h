// Counts what the whole process allocates, the Swift runtime and nghttp2 included: the functions of
// malloc are defined here in front of those of glibc.
#ifndef C_ALLOCATION_COUNTER_H
#define C_ALLOCATION_COUNTER_H

#include <stdint.h>

/// Calls of malloc, calloc, realloc, posix_memalign, aligned_alloc and memalign so far.
uint64_t allocation_count(void);

#endif
