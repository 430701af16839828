// The callbacks that DuckDB calls in Go, see callback.go.

#ifndef CSVSQL_CALLBACK_H
#define CSVSQL_CALLBACK_H

#include <stdint.h>
#include <stdlib.h>

extern void csvsqlRelationBind(void *info);
extern void csvsqlRelationInit(void *info);
extern void csvsqlRelationScan(void *info, void *chunk);
extern void csvsqlFunctionBind(void *info);
extern void csvsqlFunctionCall(void *info, void *chunk, void *vector);
extern void *csvsqlCopyHandle(void *cell);
extern void csvsqlFreeHandle(void *cell);

#endif
