/* SPDX-License-Identifier: EUPL-1.2 */
/* Sandbox_files: which files and ports a role may reach; for sandbox.c. */
#ifndef CA_BASE_SANDBOX_FILES_H
#define CA_BASE_SANDBOX_FILES_H

#include "conf.h"
#include "role.h"

/* By Landlock, where the kernel has it. Does not return on failure. */
void sandbox_files(enum proc, const struct conf *);

#endif
