#ifndef LIANSHE_CNGHTTP2_SHIM_H
#define LIANSHE_CNGHTTP2_SHIM_H

#include <nghttp2/nghttp2.h>

#endif
