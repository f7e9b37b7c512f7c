/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of CSV as people save it (RFC 4180): fields apart by commas, or by
 * semicolons where the first line has those and no comma; double quotes,
 * lines that end in LF or CRLF, an UTF-8 byte order mark in front, quoted
 * fields that hold line breaks. A row that is wrong says why and is passed
 * over, so that one bad row costs nothing but itself; memory stays within
 * twice CSV_ROW_MAX however long a line is.
 */
#ifndef CTL_CSV_H
#define CTL_CSV_H

#include <stdio.h>

#include "ca/base/buf.h"
#include "keurmerk.h"

enum {
	CSV_ROW_MAX = 65536,		/* bytes of one row */
	CSV_FIELDS_MAX = 32
};

enum csv_err {
	CSV_OK = 0,
	CSV_END,			/* no more rows */
	CSV_TOO_LONG,			/* row over CSV_ROW_MAX */
	CSV_FIELDS,			/* more fields than CSV_FIELDS_MAX */
	CSV_QUOTE,			/* quote within a bare field, text after a
					   closing one, or never closed */
	CSV_NUL,			/* a NUL byte */
	CSV_READ			/* the file cannot be read further */
};

struct csv {
	FILE		*file;
	unsigned long	 line;		/* that the next row begins on, from 1 */
	int		 separator;	/* ',' or ';'; 0 before the first row */
	struct buf	 text;
	struct buf	 ahead;		/* the first line, from ahead_at on */
	size_t		 ahead_at;
	int		 failed;
};

struct csv_row {
	unsigned long	 line;		/* that it begins on */
	size_t		 n;
	struct km_bytes	 field[CSV_FIELDS_MAX];	/* until the next row */
};

/* file stays the caller's. */
void		 csv_begin(struct csv *, FILE *file);
void		 csv_end(struct csv *);
/*
 * Next row; empty lines are passed over. After an error other than CSV_END
 * and CSV_READ, row->line says where, and the next call goes on behind it.
 */
enum csv_err	 csv_next(struct csv *, struct csv_row *row);
const char	*csv_text(enum csv_err);

#endif
