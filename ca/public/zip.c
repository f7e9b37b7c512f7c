/* SPDX-License-Identifier: EUPL-1.2 */
/* Zip; see zip.h. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <zlib.h>

#include "zip.h"

enum {
	LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50,
	VERSION = 20, UTF8 = 1 << 11, STORED = 0
};

static void
le(struct buf *b, uint32_t v, int bytes)
{
	uint8_t	byte;

	for (; bytes > 0; bytes--, v >>= 8) {
		byte = (uint8_t)v;
		buf_add(b, &byte, 1);
	}
}

/* Years before 1980 or after 2107 have no form: the first day that has. */
void
zip_begin(struct zip *z, struct buf *out, int64_t at)
{
	time_t		t = (time_t)at;
	struct tm	tm;

	memset(z, 0, sizeof(*z));
	z->out = out;
	z->day = 1 << 5 | 1;
	buf_init(&z->directory, ZIP_FILES * (46 + ZIP_NAME_MAX));
	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < 80 || tm.tm_year > 207)
		return;
	z->day = (uint16_t)((tm.tm_year - 80) << 9 | (tm.tm_mon + 1) << 5 |
	    tm.tm_mday);
	z->time = (uint16_t)(tm.tm_hour << 11 | tm.tm_min << 5 |
	    tm.tm_sec / 2);
}

/* What a file's own head and the directory say in the same words. */
static void
common(struct buf *b, const struct zip *z, const char *name,
    struct km_bytes data)
{
	le(b, VERSION, 2);
	le(b, UTF8, 2);
	le(b, STORED, 2);
	le(b, z->time, 2);
	le(b, z->day, 2);
	le(b, (uint32_t)crc32(0, data.p, (uInt)data.len), 4);
	le(b, (uint32_t)data.len, 4);
	le(b, (uint32_t)data.len, 4);
	le(b, (uint32_t)strlen(name), 2);
	le(b, 0, 2);			/* nothing extra */
}

void
zip_add(struct zip *z, const char *name, struct km_bytes data)
{
	uint32_t	at = (uint32_t)z->out->len;

	if (z->n++ >= ZIP_FILES || strlen(name) > ZIP_NAME_MAX) {
		z->out->failed = ENOBUFS;
		return;
	}
	le(z->out, LOCAL, 4);
	common(z->out, z, name, data);
	buf_add(z->out, name, strlen(name));
	buf_add(z->out, data.p, data.len);

	le(&z->directory, CENTRAL, 4);
	le(&z->directory, 3 << 8 | VERSION, 2);	/* modes are of Unix */
	common(&z->directory, z, name, data);
	le(&z->directory, 0, 2);	/* no comment */
	le(&z->directory, 0, 2);	/* on this disk */
	le(&z->directory, 0, 2);
	le(&z->directory, 0100644u << 16, 4);
	le(&z->directory, at, 4);
	buf_add(&z->directory, name, strlen(name));
}

int
zip_end(struct zip *z)
{
	uint32_t	at = (uint32_t)z->out->len;
	uint32_t	len = (uint32_t)z->directory.len;

	buf_add(z->out, z->directory.p, z->directory.len);
	le(z->out, END, 4);
	le(z->out, 0, 4);		/* one disk */
	le(z->out, (uint32_t)z->n, 2);
	le(z->out, (uint32_t)z->n, 2);
	le(z->out, len, 4);
	le(z->out, at, 4);
	le(z->out, 0, 2);
	if (z->directory.failed)
		z->out->failed = z->directory.failed;
	buf_free(&z->directory);
	return z->out->failed ? -1 : 0;
}
