// protobuf-c as its authors wrote it, compiled with this package's instruments. `scripts/fuzz` says
// where it lies; it is not kept here.
#include <protobuf-c/protobuf-c.c>
