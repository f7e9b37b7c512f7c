/* SPDX-License-Identifier: EUPL-1.2 */
/* The register of a copy of the tree, read and given to what is known. */
#ifndef CLI_REGISTER_H
#define CLI_REGISTER_H

#include "verifier/cli/cli.h"

struct cli_register {
	struct cli_file	*file;		/* the runs */
	struct km_bytes	*run;
	size_t		 n;
	void		*mem;
};

/*
 * The register of the epoch that is known, from tree/register. 1, also when
 * it does not count, which it says; 0 when a file cannot be read. Ends with
 * cli_register_free(), after what is known.
 */
int	 cli_register_read(struct cli_register *, struct cli_known *);
void	 cli_register_free(struct cli_register *);

#endif
