// Counts what this thread holds on the heap, and the most that it has held.
#ifndef LIANSHE_MEMORY_H
#define LIANSHE_MEMORY_H

// Begins to count; once per process.
void memory_install(void);
// Bytes held now.
long memory_live(void);
// Forgets the most that was held; what is held now is the new one.
void memory_reset_peak(void);
// The most bytes held since.
long memory_peak(void);

#endif
