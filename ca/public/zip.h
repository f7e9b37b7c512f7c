/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Zip (ISO/IEC 21320-1): files one after another as they are, all of one
 * moment, so that the same files give the same bytes.
 */
#ifndef PUBLIC_ZIP_H
#define PUBLIC_ZIP_H

#include "ca/base/buf.h"
#include "keurmerk.h"

enum {
	ZIP_FILES = 64,
	ZIP_NAME_MAX = 80,
	ZIP_MAX = 4 * 1024 * 1024	/* bytes */
};

struct zip {
	struct buf	*out;
	uint16_t	 day, time;	/* as MS-DOS has them */
	size_t		 n;
	struct buf	 directory;	/* what stands at the end */
};

/* Appends to out; at in seconds since 1970. */
void	 zip_begin(struct zip *, struct buf *out, int64_t at);
void	 zip_add(struct zip *, const char *name, struct km_bytes data);
/* 0, or -1: too many files or bytes. */
int	 zip_end(struct zip *);

#endif
