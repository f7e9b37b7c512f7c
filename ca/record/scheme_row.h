/* SPDX-License-Identifier: EUPL-1.2 */
/* Scheme: its table of who proposes and approves; for scheme.c alone. */
#ifndef RECORD_SCHEME_ROW_H
#define RECORD_SCHEME_ROW_H

#include "scheme.h"
#include "walk.h"

/* Read "decisions" of the scheme into rows by kind, which are zeroed. */
void	 scheme_rows_read(struct walk *, json_t *root,
	    struct scheme_row row[DECISION_KINDS + 1]);

#endif
