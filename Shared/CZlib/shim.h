#ifndef LIANSHE_CZLIB_SHIM_H
#define LIANSHE_CZLIB_SHIM_H

#include <string.h>
#include <zlib.h>

// deflateInit2 and inflateInit2 are macros, which Swift does not see. The windowBits of 31 (15 plus
// 16) ask for the gzip format and no other.

static inline int lianshe_gzip_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
}

static inline int lianshe_gzip_inflate_init(z_stream *stream) {
  return inflateInit2(stream, 31);
}

#endif
