// The one door to libprotobuf-c. Only Wire imports this module.
#ifndef LIANSHE_CPROTOBUFC_SHIM_H
#define LIANSHE_CPROTOBUFC_SHIM_H

#include <protobuf-c/protobuf-c.h>

#endif
