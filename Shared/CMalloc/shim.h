// glibc's own settings of malloc, which Swift's Glibc leaves out. Shared/Bootstrap is the only importer.
#ifndef LIANSHE_CMALLOC_SHIM_H
#define LIANSHE_CMALLOC_SHIM_H

#include <malloc.h>

#endif
