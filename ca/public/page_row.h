/* SPDX-License-Identifier: EUPL-1.2 */
/* Row: a mark among others, in the list and in what was found. */
#ifndef PUBLIC_PAGE_ROW_H
#define PUBLIC_PAGE_ROW_H

#include "site.h"

/*
 * { number, path, status, is { STATUS: true }, name, trade_names[], place,
 *   kvk or null, identifier, services[], until, until_at }; services are the
 * scheme's, in one language. NULL: there is no such mark.
 */
json_t	*page_row(const struct site *, uint32_t mark, const struct ask *,
	    const json_t *services);

#endif
