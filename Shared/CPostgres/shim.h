// libpq as a Swift module. Shared/Storage is its only importer.
#ifndef LIANSHE_CPOSTGRES_SHIM_H
#define LIANSHE_CPOSTGRES_SHIM_H

#include <libpq-fe.h>

#endif
