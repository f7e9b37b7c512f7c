/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands in the columns of a buyer's spreadsheet, by their headers, and
 * what a spreadsheet makes of the numbers in them.
 */
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H

#include <keurmerk.h>

enum column {
	COLUMN_KVK, COLUMN_HOST, COLUMN_NUMBER, COLUMN_NAME, COLUMN_ID,
	COLUMN_KINDS,
	COLUMN_NONE = COLUMN_KINDS
};

/* By letters and digits only: "KvK-nummer" is "kvknummer". */
enum column	 column_of(struct km_bytes header);

/* Without white space around it, a no-break space being one as well. */
struct km_bytes	 cell_trim(struct km_bytes);

/*
 * A number as it was before a spreadsheet had it: ="01234567", '01234567,
 * 12 345 678, 12.345.678, 12345678,00 and 1.2345678E7 are digits again.
 */
enum { CELL_DIGITS_MAX = 32 };
enum cell_kind {
	CELL_DIGITS,			/* in out, and nothing else */
	CELL_TEXT,			/* no number: left to others */
	CELL_ROUNDED,			/* digits are lost: 1.23E7 */
	CELL_FRACTION			/* 12345678,5 */
};
/* *cleaned is 1 when out is not what the cell had. */
enum cell_kind	 cell_number(char out[CELL_DIGITS_MAX], int *cleaned,
		     struct km_bytes cell);

/*
 * The host in a website as people write it: https://www.example.nl:443/nl is
 * www.example.nl. 1, or 0 when it is no host name as hosts are registered.
 */
enum { CELL_HOST_MAX = 254 };
int		 cell_host(char out[CELL_HOST_MAX], struct km_bytes cell);

#endif
