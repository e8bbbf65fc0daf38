// libpq as a Swift module, for a library that is opened while the program runs: a table of its
// functions, with the types of libpq's own header. Shared/Storage is its only importer.
#ifndef LIANSHE_CPOSTGRES_SHIM_H
#define LIANSHE_CPOSTGRES_SHIM_H

#include <dlfcn.h>
// Debian's folder by name: what pkg-config says of libpq would link it as well.
#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

#define LIANSHE_LIBPQ_FUNCTIONS(each) \
  each(PQcancel) each(PQclear) each(PQcmdStatus) each(PQcmdTuples) each(PQconnectPoll) \
  each(PQconnectStartParams) each(PQconsumeInput) each(PQerrorMessage) each(PQfinish) \
  each(PQflush) each(PQfname) each(PQfreeCancel) each(PQftype) each(PQgetCancel) \
  each(PQgetResult) each(PQgetisnull) each(PQgetlength) each(PQgetvalue) each(PQisBusy) \
  each(PQnfields) each(PQntuples) each(PQparameterStatus) each(PQputCopyData) \
  each(PQputCopyEnd) each(PQresultErrorField) each(PQresultStatus) each(PQsendPrepare) \
  each(PQsendQuery) each(PQsendQueryParams) each(PQsendQueryPrepared) each(PQserverVersion) \
  each(PQsetNoticeReceiver) each(PQsetSingleRowMode) each(PQsetnonblocking) each(PQsocket) \
  each(PQstatus)

#define LIANSHE_LIBPQ_MEMBER(name) __typeof__(&name) name;
struct lianshe_libpq {
  LIANSHE_LIBPQ_FUNCTIONS(LIANSHE_LIBPQ_MEMBER)
};

// Fills the table from an open library. Returns the name of a function that the library lacks, or
// NULL.
#define LIANSHE_LIBPQ_FIND(name) \
  if (!(*(void **)&functions->name = dlsym(library, #name))) return #name;
static inline const char *lianshe_libpq_find(struct lianshe_libpq *functions, void *library) {
  LIANSHE_LIBPQ_FUNCTIONS(LIANSHE_LIBPQ_FIND)
  return 0;
}

#endif
