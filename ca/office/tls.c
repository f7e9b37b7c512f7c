/* SPDX-License-Identifier: EUPL-1.2 */
/* TLS of the API (tls.h). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "ca/record/layout.h"
#include "tls.h"

enum { POINT_LEN = 1 + KM_KEY_MAX };	/* 04 || x || y */

struct tls {
	OSSL_LIB_CTX	*lib;		/* so that no openssl.cnf counts */
	SSL_CTX		*ctx;
	const struct inforce *in;
};

SSL_CTX *
tls_ctx(const struct tls *tls)
{
	return tls->ctx;
}

const struct officer *
tls_officer(const struct inforce *in, X509 *x)
{
	unsigned char	 point[POINT_LEN];
	char		 group[32];
	struct km_bytes	 key;
	EVP_PKEY	*pkey;
	size_t		 len;

	if ((pkey = X509_get0_pubkey(x)) == NULL ||
	    EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY,
	    point, sizeof(point), &len) != 1)
		return NULL;
	if (EVP_PKEY_is_a(pkey, "ED25519") && len == 32) {
		key.p = point;
		key.len = len;
		return inforce_by_key(in, KM_ALG_ED25519, key);
	}
	if (!EVP_PKEY_is_a(pkey, "EC") || len != POINT_LEN ||
	    point[0] != 4 || EVP_PKEY_get_group_name(pkey, group,
	    sizeof(group), &len) != 1 || strcmp(group, "prime256v1") != 0)
		return NULL;
	key.p = point + 1;
	key.len = KM_KEY_MAX;
	return inforce_by_key(in, KM_ALG_ESP256, key);
}

/* In place of chain building: is it an officer's key? */
static int
known_officer(X509_STORE_CTX *store, void *arg)
{
	struct tls	*tls = arg;
	X509		*x = X509_STORE_CTX_get0_cert(store);

	if (x != NULL && tls_officer(tls->in, x) != NULL)
		return 1;
	log_info("TLS: a key of nobody on the officers list");
	/* Says unknown_ca to the other side (RFC 8446 section 6.2). */
	X509_STORE_CTX_set_error(store,
	    X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
	return 0;
}

/* What keurmerkctl pins: RFC 7469 section 2.4 has the same hash. */
static int
pin_write(const struct tls *tls, const char *dir)
{
	struct km_bytes	 b;
	unsigned char	*der = NULL;
	uint8_t		 hash[KM_HASH_LEN];
	char		 hex[2 * KM_HASH_LEN + 2];
	int		 len, dirfd, rc = -1;

	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(
	    SSL_CTX_get0_certificate(tls->ctx)), &der);
	if (len <= 0) {
		log_warnx("%s/tls.pem: its public key cannot be written",
		    dir);
		return -1;
	}
	b.p = der;
	b.len = (size_t)len;
	km_sha256(hash, &b, 1);
	OPENSSL_free(der);
	layout_hex(hex, hash);
	strcat(hex, "\n");
	if ((dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (rc = file_write(dirfd, "tls.pin", hex, strlen(hex), 0644)) != 0)
		log_warn("%s/tls.pin", dir);
	if (dirfd != -1)
		close(dirfd);
	return rc;
}

static int
settings(struct tls *tls)
{
	SSL_CTX	*ctx = tls->ctx;

	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER |
	    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, known_officer, tls);
	/* Every connection proves the officer's key anew. */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION);
	return SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
	    SSL_CTX_set_num_tickets(ctx, 0) == 1 &&
	    SSL_CTX_set_max_early_data(ctx, 0) == 1 ? 0 : -1;
}

struct tls *
tls_new(const char *dir, const struct inforce *in)
{
	struct tls	*tls;
	char		 path[PATH_MAX];

	if ((tls = calloc(1, sizeof(*tls))) == NULL)
		goto fail;
	tls->in = in;
	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 ||
	    (tls->lib = OSSL_LIB_CTX_new()) == NULL ||
	    (tls->ctx = SSL_CTX_new_ex(tls->lib, NULL,
	    TLS_server_method())) == NULL || settings(tls) != 0)
		goto fail;
	snprintf(path, sizeof(path), "%s/tls.pem", dir);
	if (access(path, F_OK) == -1 && errno == ENOENT) {
		log_info("%s: a new key for TLS", path);
		if (tls_key_make(tls->lib, dir) != 0)
			goto out;
	}
	if (tls_key_load(tls->ctx, tls->lib, dir) == 0 &&
	    pin_write(tls, dir) == 0)
		return tls;
	goto out;
fail:
	log_warnx("TLS 1.3 cannot be prepared");
out:
	tls_free(tls);
	return NULL;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->ctx);
	OSSL_LIB_CTX_free(tls->lib);
	free(tls);
}
