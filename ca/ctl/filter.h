/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Filter: which of the decisions that wait are meant: those whose ids begin
 * with the words of the command line, or all, of a kind, of a proposer.
 */
#ifndef CTL_FILTER_H
#define CTL_FILTER_H

#include "session.h"

enum {
	FILTER_ID_SHOWN = 12,		/* digits of an id that people see */
	FILTER_ID_MIN = 8		/* and that they must give */
};

struct filter {
	const char	**id;		/* n beginnings; none: all */
	size_t		 n;
	enum decision_kind kind;	/* 0: any */
	const char	*proposer;	/* NULL: any */
};

/* 0, or -1 after a message. */
int	 filter_read(struct filter *, const struct ctl *);
int	 filter_takes(const struct filter *, const struct decision *);
/* Does it need the approval of this officer, who has not given it yet? */
int	 filter_yours(const struct decision_view *, const struct officer *you);

#endif
