/* SPDX-License-Identifier: EUPL-1.2 */
/* Then: what a mark was on a day in the past, from its history. */
#ifndef PUBLIC_PAGE_THEN_H
#define PUBLIC_PAGE_THEN_H

#include "register.h"

/*
 * A date as people give it, "2027-03-03" or "3-3-2027", in days since 1970;
 * -1: it is none, or not of this calendar from 1970 to 9999.
 */
int		 page_then_read(int64_t *day, const char *);

/*
 * The word below "then" in words.json for that day (UTC): "valid" only when
 * it was so all day ("today": all of today so far), else what it was, or
 * "changed".
 */
const char	*page_then(const struct reg *, const struct mark *,
		    int64_t day, int64_t now);

#endif
