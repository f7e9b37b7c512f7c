/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tls_key: the key of the API's certificate. It proves to keurmerkctl that it
 * speaks to this office, and signs nothing else: no key of the authority is
 * ever here.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "ca/base/file.h"
#include "ca/base/log.h"
#include "tls.h"

enum { PEM_MAX = 16384 };		/* ours is about 800 bytes */

/*
 * Self-signed, for ever: the pin is what counts, and a key is replaced by
 * removing the file.
 */
static X509 *
certificate(OSSL_LIB_CTX *lib, EVP_PKEY *key)
{
	X509_NAME	*name;
	X509		*x;

	if ((x = X509_new_ex(lib, NULL)) == NULL)
		return NULL;
	name = X509_get_subject_name(x);
	if (X509_set_version(x, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
	    ASN1_TIME_set_string(X509_getm_notBefore(x),
	    "20000101000000Z") == 1 &&
	    /* RFC 5280 section 4.1.2.5: no well-defined end */
	    ASN1_TIME_set_string(X509_getm_notAfter(x),
	    "99991231235959Z") == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"keurmerk office", -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_set_pubkey(x, key) == 1 &&
	    X509_sign(x, key, EVP_sha256()) != 0)
		return x;
	X509_free(x);
	return NULL;
}

static int
write_pem(const char *dir, BIO *pem)
{
	char	*p;
	long	 len = BIO_get_mem_data(pem, &p);
	int	 dirfd, rc;

	if ((dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1) {
		log_warn("%s", dir);
		return -1;
	}
	if ((rc = file_write(dirfd, "tls.pem", p, (size_t)len, 0600)) != 0)
		log_warn("%s/tls.pem", dir);
	close(dirfd);
	return rc;
}

int
tls_key_make(OSSL_LIB_CTX *lib, const char *dir)
{
	EVP_PKEY	*key = NULL;
	X509		*x = NULL;
	BIO		*pem = NULL;
	int		 rc = -1;

	if ((key = EVP_PKEY_Q_keygen(lib, NULL, "EC", "P-256")) == NULL ||
	    (x = certificate(lib, key)) == NULL ||
	    (pem = BIO_new(BIO_s_secmem())) == NULL ||
	    PEM_write_bio_PrivateKey(pem, key, NULL, NULL, 0, NULL, NULL) !=
	    1 || PEM_write_bio_X509(pem, x) != 1)
		log_warnx("%s/tls.pem: a key for TLS cannot be made", dir);
	else
		rc = write_pem(dir, pem);
	BIO_free(pem);		/* cleanses what it held */
	X509_free(x);
	EVP_PKEY_free(key);
	return rc;
}

static int
use(SSL_CTX *ctx, OSSL_LIB_CTX *lib, const struct buf *pem)
{
	EVP_PKEY	*key = NULL;
	X509		*x = NULL;
	BIO		*bio;
	int		 rc = -1;

	if ((bio = BIO_new_mem_buf(pem->p, (int)pem->len)) != NULL &&
	    (key = PEM_read_bio_PrivateKey_ex(bio, NULL, NULL, NULL, lib,
	    NULL)) != NULL &&
	    (x = X509_new_ex(lib, NULL)) != NULL &&
	    PEM_read_bio_X509(bio, &x, NULL, NULL) != NULL &&
	    SSL_CTX_use_certificate(ctx, x) == 1 &&
	    SSL_CTX_use_PrivateKey(ctx, key) == 1 &&
	    SSL_CTX_check_private_key(ctx) == 1)
		rc = 0;
	BIO_free(bio);
	X509_free(x);
	EVP_PKEY_free(key);
	return rc;
}

int
tls_key_load(SSL_CTX *ctx, OSSL_LIB_CTX *lib, const char *dir)
{
	struct buf	pem;
	char		path[PATH_MAX];
	int		fd, rc = -1;

	snprintf(path, sizeof(path), "%s/tls.pem", dir);
	buf_init(&pem, PEM_MAX);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) == -1 ||
	    buf_reserve(&pem, PEM_MAX) != 0) {
		log_warn("%s", path);
	} else if (file_mode_private(fd) != 0) {
		log_warnx("%s: expected a file of ours that nobody else may"
		    " read: chmod 600, and make a new one if others may have"
		    " read it", path);
	} else if (file_read(&pem, path) != 0) {
		log_warn("%s", path);
	} else if ((rc = use(ctx, lib, &pem)) != 0) {
		log_warnx("%s: expected a private key and its certificate;"
		    " remove it for a new one, which keurmerkctl must be"
		    " told of (tls.pin)", path);
	}
	if (fd != -1)
		close(fd);
	buf_wipe(&pem);
	return rc;
}
