/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * TLS of the API: 1.3 only, a client certificate always. No certificate
 * authority has a say: keurmerkctl pins our key by tls.pin, we know officers
 * by the key in their certificate, which TLS proves to be theirs (RFC 8446
 * section 4.4.3); names and dates in it count for nothing.
 */
#ifndef OFFICE_TLS_H
#define OFFICE_TLS_H

#include <openssl/types.h>

#include "ca/base/buf.h"
#include "inforce.h"

struct tls;

/*
 * Read dir/tls.pem, or make it when it is not there; write dir/tls.pin.
 * Handshakes are held against in, which outlives it: a key of nobody on the
 * officers list ends them. NULL after a log line.
 */
struct tls	*tls_new(const char *dir, const struct inforce *in);
void		 tls_free(struct tls *);	/* safe on NULL */
SSL_CTX		*tls_ctx(const struct tls *);

/* The officer whose key this is; NULL: nobody's. */
const struct officer *tls_officer(const struct inforce *, X509 *);

/* tls_key.c: the only place in office that has a private key, of TLS. */

/* Key and certificate into ctx out of dir/tls.pem. 0, or -1: logged. */
int		 tls_key_load(SSL_CTX *, OSSL_LIB_CTX *, const char *dir);
/* A new key, with its certificate, into dir/tls.pem. 0, or -1: logged. */
int		 tls_key_make(OSSL_LIB_CTX *, const char *dir);

#endif
