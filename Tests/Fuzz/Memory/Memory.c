// The sanitizer calls these at each allocation and release of C, C++ and Swift alike. Sizes are
// those that were asked for.
#include "Memory.h"

#include <stddef.h>

int __sanitizer_install_malloc_and_free_hooks(
    void (*on_allocation)(const volatile void *, size_t), void (*on_release)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *);

static _Thread_local long live;
static _Thread_local long peak;

static void allocated(const volatile void *memory, size_t size) {
  if (!memory) return;
  live += (long)size;
  if (live > peak) peak = live;
}

static void released(const volatile void *memory) {
  if (memory) live -= (long)__sanitizer_get_allocated_size(memory);
}

void memory_install(void) { __sanitizer_install_malloc_and_free_hooks(allocated, released); }
long memory_live(void) { return live; }
void memory_reset_peak(void) { peak = live; }
long memory_peak(void) { return peak; }
