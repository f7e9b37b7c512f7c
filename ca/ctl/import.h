/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Import: providers from a CSV as people save it, one a row. The header
 * names the columns, in any order: name and kvk, and perhaps place,
 * trade_names, hosts, information, euid, lei; Dutch names will do. Several
 * in one field stand apart by ";" (in a file of commas) or "|".
 */
#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include "session.h"

enum row_state { ROW_NEW, ROW_SAME, ROW_WAITS, ROW_WRONG };

struct import_row {
	unsigned long	 line;		/* that it begins on, from 1 */
	unsigned long	 first;		/* where its number stood before */
	enum row_state	 state;
	char		 sub[SUBJECT_MAX + 1];
	struct provider	 provider;	/* into text */
	char		*text;		/* owned */
};
struct import {
	const char	*file;
	const char	*place;		/* where no column has it; or NULL */
	size_t		 n;
	struct import_row *row;		/* owned; without those that were no
					   provider, which were reported */
	size_t		 wrong;		/* rows reported, of all kinds */
};

/*
 * Read the file. Each row that is no provider is reported with its line and
 * passed over, also the second of two with one number. CTL_DONE, or an exit
 * status after a message when there is no sense in going on; free in any
 * case.
 */
int	 import_read(struct import *, const char *file, const char *place);
/* Which of them are there already, or wait for approval? As import_read(). */
int	 import_compare(struct import *, struct session *);
void	 import_free(struct import *);	/* safe on zeroed */

#endif
