/* SPDX-License-Identifier: EUPL-1.2 */
/* What the pages share that work in the visitor's browser. */
#ifndef PUBLIC_PAGE_TOOL_H
#define PUBLIC_PAGE_TOOL_H

#include "site.h"

/*
 * schemePath: where the scheme of this epoch is in the tree; schemeId and
 * schemeVersion. None when there is no scheme.
 */
void	page_tool_scheme(json_t *page, const struct site *);

#endif
