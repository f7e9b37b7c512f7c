/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys as files: PEM of PKCS#8 (RFC 5958), without a passphrase, because the
 * signer starts by itself; mode, owner and the sandbox keep them.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "ca/base/file.h"
#include "ca/record/encode.h"

#include "journal.h"
#include "key_file.h"

enum { PEM_MAX = 4096, POINT_LEN = 1 + KM_KEY_MAX };

int
key_public(struct km_key *out, const EVP_PKEY *pkey)
{
	struct km_key	key;
	uint8_t		point[POINT_LEN];
	char		group[32];
	size_t		len;

	if (EVP_PKEY_is_a(pkey, "EC") != 1 ||
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), &len) != 1 ||
	    strcmp(group, "prime256v1") != 0 ||
	    EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY,
	    point, sizeof(point), &len) != 1 || len != sizeof(point) ||
	    point[0] != 0x04)		/* uncompressed, SEC 1 section 2.3.3 */
		return -1;
	memset(&key, 0, sizeof(key));
	key.alg = KM_ALG_ESP256;
	key.len = KM_KEY_MAX;
	memcpy(key.bytes, point + 1, KM_KEY_MAX);
	km_key_thumbprint(point, &key);	/* 32 bytes; kid is the first 8 */
	memcpy(key.kid, point, KM_KID_LEN);
	*out = key;
	return 0;
}

/* Never ask anyone: a key with a passphrase is not one of ours. */
static int
no_passphrase(char *buf, int size, int rwflag, void *arg)
{
	(void)buf;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

static int
pem_read(struct buf *pem, int dirfd, const char *name,
    struct signer_error *err)
{
	int	fd, rc = -1;

	fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	if (fd == -1)
		return signer_fail(err, "keys/%s: cannot open: %s", name,
		    strerror(errno));
	/* One allocation, so that no copy of the secret stays behind. */
	if (file_mode_private(fd) == -1)
		signer_fail(err, "keys/%s: expected a regular file of our own "
		    "with mode 0600, found another: chmod 600 and chown it",
		    name);
	else if (buf_reserve(pem, PEM_MAX) == -1 ||
	    file_read_fd(pem, fd) == -1)
		signer_fail(err, "keys/%s: cannot read: %s", name,
		    strerror(errno));
	else
		rc = 0;
	close(fd);
	return rc;
}

EVP_PKEY *
key_read(OSSL_LIB_CTX *ctx, int dirfd, const char *name,
    struct signer_error *err)
{
	EVP_PKEY	*pkey = NULL;
	struct buf	 pem;
	BIO		*bio = NULL;

	buf_init(&pem, PEM_MAX);
	if (pem_read(&pem, dirfd, name, err) == -1)
		goto out;
	ERR_set_mark();
	if ((bio = BIO_new_mem_buf(pem.p, (int)pem.len)) != NULL)
		pkey = PEM_read_bio_PrivateKey_ex(bio, NULL, no_passphrase,
		    NULL, ctx, NULL);
	BIO_free(bio);
	ERR_pop_to_mark();
	if (pkey == NULL)
		signer_fail(err, "keys/%s: expected one private key as PEM "
		    "without a passphrase, found something else", name);
out:
	buf_wipe(&pem);
	return pkey;
}

/* Write a new key under this name; there must not be one. */
static int
key_write(int dirfd, const char *name, EVP_PKEY *pkey,
    struct signer_error *err)
{
	BIO	*bio;
	char	*p;
	long	 len;
	int	 rc = -1;

	if ((bio = BIO_new(BIO_s_secmem())) == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL,
	    NULL) != 1 || (len = BIO_get_mem_data(bio, &p)) <= 0) {
		signer_fail(err, "keys/%s: OpenSSL cannot write it", name);
		goto out;
	}
	if (file_write(dirfd, name, p, (size_t)len, 0600) == -1) {
		signer_fail(err, "keys/%s: cannot write: %s", name,
		    strerror(errno));
		goto out;
	}
	rc = 0;
out:
	BIO_free(bio);		/* cleanses its memory */
	return rc;
}

static int
key_make(OSSL_LIB_CTX *ctx, int dirfd, const char *name, struct km_key *out,
    struct signer_error *err)
{
	EVP_PKEY	*pkey;
	int		 rc = -1;

	ERR_set_mark();
	pkey = EVP_PKEY_Q_keygen(ctx, NULL, "EC", "P-256");
	if (pkey == NULL || key_public(out, pkey) == -1)
		signer_fail(err, "keys/%s: OpenSSL cannot make a key", name);
	else
		rc = key_write(dirfd, name, pkey, err);
	EVP_PKEY_free(pkey);
	ERR_pop_to_mark();
	return rc;
}

/* The directory for keys, made when absent, without a key in it. */
static int
keys_directory(int dirfd, const char *const *name, size_t n,
    struct signer_error *err)
{
	struct stat	st;
	size_t		i;
	int		fd;

	if (mkdirat(dirfd, KEYS_NAME, 0700) == -1 && errno != EEXIST)
		return signer_fail(err, "keys: cannot make the directory: %s",
		    strerror(errno));
	fd = openat(dirfd, KEYS_NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return signer_fail(err, "keys: cannot open the directory: %s",
		    strerror(errno));
	for (i = 0; i < n; i++)
		if (fstatat(fd, name[i], &st, AT_SYMLINK_NOFOLLOW) == 0) {
			close(fd);
			return signer_fail(err, "keys/%s: expected none, "
			    "found one: keys are never overwritten", name[i]);
		}
	return fd;
}

int
keys_make(int dirfd, struct buf *out, struct signer_error *err)
{
	static const char *const	 name[] = { "attest.pem",
					    "publish.pem" };
	static const enum km_purpose	 purpose[] = { KM_PURPOSE_ATTEST,
					    KM_PURPOSE_PUBLISH };
	struct km_key			 key[2];
	OSSL_LIB_CTX			*ctx = NULL;
	size_t				 i;
	int				 fd, rc = -1;

	if ((fd = keys_directory(dirfd, name, 2, err)) == -1)
		return -1;
	if ((ctx = OSSL_LIB_CTX_new()) == NULL) {
		signer_fail(err, "keys: out of memory");
		goto out;
	}
	for (i = 0; i < 2; i++)
		if (key_make(ctx, fd, name[i], &key[i], err) == -1)
			goto out;
	if (file_sync_dir(dirfd) == -1) {
		signer_fail(err, "keys: cannot sync: %s", strerror(errno));
		goto out;
	}
	encode_array(out, 2);
	for (i = 0; i < 2; i++) {
		encode_array(out, 2);
		encode_uint(out, purpose[i]);
		encode_key(out, &key[i]);
	}
	if (out->failed != 0) {
		signer_fail(err, "keys: no room for the public halves");
		goto out;
	}
	rc = 0;
out:
	OSSL_LIB_CTX_free(ctx);
	close(fd);
	return rc;
}
