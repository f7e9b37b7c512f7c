/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reader of spreadsheets saved as text (RFC 4180 and what programs make of
 * it): cells apart by ";", "," or a tab, whichever the first line has most,
 * or by what its "sep=" says; double quotes, with line breaks in them; lines
 * that end in LF, CRLF or CR; UTF-8 with or without a byte order mark, and
 * cell by cell CP1252 where the bytes are not UTF-8.
 *
 * Where a quote stands that should not, it is text. A row that cannot be read
 * says why and the next call goes on behind it. Memory stays within a few
 * times SHEET_ROW_MAX, whatever comes.
 */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include <sys/types.h>

#include <keurmerk.h>

enum {
	SHEET_ROW_MAX = 1048576,	/* bytes in the cells of one row */
	SHEET_CELLS_MAX = 16384,	/* columns, as many as Excel has */
	SHEET_BLOCK = 65536,		/* bytes read at a time */
	SHEET_GIVE_UP = 67108864	/* bytes without the end of a row */
};

enum sheet_err {
	SHEET_OK = 0,
	SHEET_END,			/* no more rows */
	/* this row cannot be read */
	SHEET_TOO_LONG,			/* over SHEET_ROW_MAX */
	SHEET_CELLS,			/* over SHEET_CELLS_MAX */
	SHEET_NUL,			/* a NUL byte */
	SHEET_QUOTE,			/* a quote that is never closed */
	/* nor can anything behind it */
	SHEET_READ,			/* the system says no: errno */
	SHEET_ZIP,			/* .xlsx, .ods: a zip file */
	SHEET_OLE,			/* .xls: an OLE file */
	SHEET_UTF16,			/* Excel's "Unicode text" */
	SHEET_ENDLESS,			/* SHEET_GIVE_UP: not a spreadsheet */
	SHEET_MEMORY
};

/* Up to cap bytes into out; 0 at the end, -1 with errno when it cannot. */
typedef ssize_t	 sheet_read_fn(void *ctx, uint8_t *out, size_t cap);

struct sheet_span {
	size_t		 at, len;
};

struct sheet {
	sheet_read_fn	*read;
	void		*ctx;
	uint8_t		*block;
	size_t		 at, len;	/* in block */
	int		 eof;
	enum sheet_err	 failed;	/* for ever */
	int		 separator;	/* 0 before the first row */
	unsigned long	 line;		/* of the text, that comes next */
	unsigned long	 row;		/* that comes next */
	uint8_t		*text;
	size_t		 text_len, text_cap;
	struct sheet_span *span;	/* of cells in text, as it grows */
	struct km_bytes	*cell;		/* SHEET_CELLS_MAX of each */
};

struct sheet_row {
	unsigned long	 row;		/* as a spreadsheet counts: from 1 */
	unsigned long	 line;		/* of the text, that it begins on */
	int		 cp1252;	/* 1: a cell was not UTF-8 */
	size_t		 n;		/* at least 1 */
	const struct km_bytes *cell;	/* UTF-8, until the next row */
};

/* 1, or 0 when there is no memory; ends with sheet_end() either way. */
int		 sheet_begin(struct sheet *, sheet_read_fn *, void *ctx);
void		 sheet_end(struct sheet *);
/* The next row; an empty line is a row with one empty cell. */
enum sheet_err	 sheet_next(struct sheet *, struct sheet_row *);

#endif
