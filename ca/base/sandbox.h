/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sandbox: what a role may still do once it runs.
 *
 *	all	no_new_privs, limits on descriptors and memory, no exec, no
 *		ptrace, no new sockets; a forbidden call kills the process
 *	signer	files below data/signer and data/spool
 *	office	files below data/office and the tree; connections out only
 *		when the configuration names outside addresses
 *	public	reads below the tree, and the system's fonts
 *
 * Files are held by Landlock where the kernel has it; one log line says so
 * where it has not. There is no way to turn the sandbox off.
 */
#ifndef CA_BASE_SANDBOX_H
#define CA_BASE_SANDBOX_H

#include "conf.h"
#include "role.h"

/* Called by role_main(). Does not return on failure. */
void sandbox_enter(enum proc, const struct conf *);

#endif
