/* SPDX-License-Identifier: EUPL-1.2 */
/* The steps of schemas/store/, carried along in the program. */
#ifndef OFFICE_STORE_SQL_H
#define OFFICE_STORE_SQL_H

#include <stddef.h>

struct store_step {
	const char	*name;		/* "001" */
	const char	*sql;
};
extern const struct store_step	store_steps[];
extern const size_t		store_steps_n;

#endif
