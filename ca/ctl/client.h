/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Client of the office (schemas/office.cddl): TLS 1.3 with the officer's
 * key, the server known by the hash of its key, one connection kept open.
 * And plain fetches of the published tree, which proves itself.
 */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include "ca/base/buf.h"
#include "key.h"

enum { CLIENT_ANSWER_MAX = 32 * 1024 * 1024 };	/* bytes */

struct client;

struct client_error {
	int	unreachable;	/* 1: no answer came; 0: it said no */
	int	status;		/* HTTP's, 0: none */
	char	text[1024];
};

/*
 *	url	"https://HOST:PORT" of the office
 *	pin	SHA-256 of the server's SubjectPublicKeyInfo
 *
 * key is needed until client_close(). NULL with err.
 */
struct client	*client_open(const char *url, const uint8_t pin[KM_HASH_LEN],
		    struct key *key, struct client_error *err);
void		 client_close(struct client *);	/* safe on NULL */

/*
 * Ask: POST when body.p is not NULL (application/cbor), else GET. A lost
 * connection is tried again with the same bytes, three times in all: every
 * question is idempotent. Returns 0 with the answer in out (initialised by
 * the call, freed by the caller), or -1 with err, where a refusal's name and
 * detail of problem+json stand in text.
 */
int		 client_ask(struct client *, struct buf *out,
		    const char *path, struct km_bytes body,
		    struct client_error *err);

/* GET of any http or https address, at most max bytes; no client key. */
int		 client_fetch(struct buf *out, size_t max, const char *url,
		    struct client_error *err);

#endif
