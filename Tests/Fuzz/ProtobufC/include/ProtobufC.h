// Nothing to see: the symbols stand in for those of libprotobuf-c, whose header is installed.
