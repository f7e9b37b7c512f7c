/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Office: the role that officers speak to. Store, decide and publish, and the
 * API in front of them (schemas/office.cddl). office_main() is declared in
 * ca/base/role.h.
 *
 * Its directory, "DATA/office":
 *
 *	store.db	the store (store.h)
 *	tls.pem		key and self-signed certificate of the API, 0600
 *	tls.pin		SHA-256 of that key's SubjectPublicKeyInfo, in hex
 *	lock		held by the running office
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include "decide.h"

enum {
	OFFICE_BODY_MAX = 4 * 1024 * 1024,	/* bytes of a request */
	OFFICE_REPLY_MAX = 32 * 1024 * 1024,
	OFFICE_DECISIONS_MAX = 256,	/* of one answer */
	OFFICE_PAGE = 1024		/* smaller items of one answer */
};

struct http;

struct office {
	const struct conf *conf;
	struct event_base *base;
	struct store	*st;
	struct merkle	*log;
	struct publish	*publish;
	struct decide	*dc;
	struct http	*http;		/* NULL until in step, and stopping */
};

/* The log's hashes in memory, of all leaves in the store; NULL: logged. */
struct merkle	*office_log(struct store *);

#endif
