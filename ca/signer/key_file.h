/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys as files: reading one, and making the first two. For key.c only. */
#ifndef SIGNER_KEY_FILE_H
#define SIGNER_KEY_FILE_H

#include <openssl/evp.h>

#include "key.h"

#define KEYS_NAME	"keys"

/*
 * Read dirfd/name: a regular file with mode 0600 of root or ourselves, one
 * private key, without a passphrase. NULL with err.
 */
EVP_PKEY	*key_read(OSSL_LIB_CTX *, int dirfd, const char *name,
		    struct signer_error *);
/* Its public half; 0, or -1 when it is not on P-256. */
int		 key_public(struct km_key *, const EVP_PKEY *);

#endif
