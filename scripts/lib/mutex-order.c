// Tells ThreadSanitizer of an order that it cannot see. A Swift Mutex that several threads want is handed
// over inside the Synchronization library, which is not instrumented, and by the kernel; what one thread
// wrote under the lock and the next one reads would look unordered. `scripts/sanitize thread` preloads
// these wrappers of the three slow paths; races without a lock are reported as before.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

// Absent in processes that are preloaded with this but not instrumented.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

// Methods of Synchronization._MutexHandle: its storage is the word on which the fast paths, which are
// instrumented, work as well.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef void SWIFT (*Lock)(uint32_t, SELF);
typedef bool SWIFT (*TryLock)(SELF);
typedef void SWIFT (*Unlock)(SELF);

SWIFT void lock_slow(uint32_t owner, SELF) __asm__(LOCK);
SWIFT void lock_slow(uint32_t owner, SELF) {
  ((Lock)dlsym(RTLD_NEXT, LOCK))(owner, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT bool try_lock_slow(SELF) __asm__(TRY_LOCK);
SWIFT bool try_lock_slow(SELF) {
  bool locked = ((TryLock)dlsym(RTLD_NEXT, TRY_LOCK))(self);
  if (locked && __tsan_acquire) __tsan_acquire(self);
  return locked;
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF) {
  if (__tsan_release) __tsan_release(self);
  ((Unlock)dlsym(RTLD_NEXT, UNLOCK))(self);
}
