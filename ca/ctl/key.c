/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A person's key; see key.h. Everything in a library context of our own, so
 * that openssl.cnf is not read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "ca/base/file.h"
#include "verifier/core.h"

#include "key.h"

enum { PEM_MAX = 8192, POINT_LEN = 1 + KM_KEY_MAX, HALF = KM_SIG_LEN / 2 };

struct key {
	OSSL_LIB_CTX	*ctx;
	EVP_PKEY	*pkey;
	struct km_key	 pub;
};

static void *fail(struct key_error *, const char *, ...)
    __attribute__((__format__(printf, 2, 3)));

static void *
fail(struct key_error *err, const char *fmt, ...)
{
	va_list	ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return NULL;
}

void
key_free(struct key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);	/* cleanses */
	OSSL_LIB_CTX_free(key->ctx);
	free(key);
}

const struct km_key *
key_public(const struct key *key)
{
	return &key->pub;
}

/* Fill pub from pkey; -1 when it is no key on P-256. */
static int
public_of(struct km_key *pub, const EVP_PKEY *pkey)
{
	uint8_t	point[POINT_LEN], thumbprint[KM_HASH_LEN];
	char	group[32];
	size_t	len;

	if (EVP_PKEY_is_a(pkey, "EC") != 1 ||
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), &len) != 1 ||
	    strcmp(group, "prime256v1") != 0 ||
	    EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY,
	    point, sizeof(point), &len) != 1 || len != sizeof(point) ||
	    point[0] != 0x04)		/* SEC 1 section 2.3.3 */
		return -1;
	memset(pub, 0, sizeof(*pub));
	pub->alg = KM_ALG_ESP256;
	pub->len = KM_KEY_MAX;
	memcpy(pub->bytes, point + 1, KM_KEY_MAX);
	km_key_thumbprint(thumbprint, pub);
	memcpy(pub->kid, thumbprint, KM_KID_LEN);
	return 0;
}

static struct key *
key_alloc(struct key_error *err)
{
	struct key	*key;

	if ((key = calloc(1, sizeof(*key))) == NULL ||
	    (key->ctx = OSSL_LIB_CTX_new()) == NULL) {
		free(key);
		return fail(err, "out of memory");
	}
	return key;
}

static int
key_write(const char *path, EVP_PKEY *pkey, struct km_bytes passphrase,
    OSSL_LIB_CTX *ctx, struct key_error *err)
{
	EVP_CIPHER	*aes = NULL;
	BIO		*bio = NULL;
	char		*p;
	long		 len;
	ssize_t		 n = -1;
	int		 fd = -1, rc = -1;

	if ((aes = EVP_CIPHER_fetch(ctx, "AES-256-CBC", NULL)) == NULL ||
	    (bio = BIO_new(BIO_s_mem())) == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(bio, pkey, aes,
	    (const char *)passphrase.p, (int)passphrase.len, NULL, NULL) !=
	    1 || (len = BIO_get_mem_data(bio, &p)) <= 0) {
		fail(err, "%s: OpenSSL cannot write the key", path);
		goto out;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1) {
		fail(err, "%s: expected to make a new file: %s", path,
		    strerror(errno));
		goto out;
	}
	n = write(fd, p, (size_t)len);
	if (n != len || fsync(fd) == -1) {
		fail(err, "%s: cannot write: %s", path, strerror(errno));
		unlink(path);
		goto out;
	}
	rc = 0;
out:
	if (fd != -1)
		close(fd);
	BIO_free(bio);
	EVP_CIPHER_free(aes);
	return rc;
}

struct key *
key_new(const char *path, struct km_bytes passphrase, struct key_error *err)
{
	struct key	*key;

	if ((key = key_alloc(err)) == NULL)
		return NULL;
	key->pkey = EVP_PKEY_Q_keygen(key->ctx, NULL, "EC", "P-256");
	if (key->pkey == NULL || public_of(&key->pub, key->pkey) == -1) {
		fail(err, "%s: OpenSSL cannot make a key on P-256", path);
		goto out;
	}
	if (key_write(path, key->pkey, passphrase, key->ctx, err) == 0)
		return key;
out:
	key_free(key);
	return NULL;
}

static int
passphrase_give(char *buf, int size, int rwflag, void *arg)
{
	const struct km_bytes	*passphrase = arg;

	(void)rwflag;
	if (size < 0 || passphrase->len > (size_t)size)
		return -1;
	memcpy(buf, passphrase->p, passphrase->len);
	return (int)passphrase->len;
}

static int
pem_read(struct buf *pem, const char *path, struct key_error *err)
{
	int	fd, rc = -1;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1) {
		fail(err, "%s: cannot open the key: %s", path,
		    strerror(errno));
		return -1;
	}
	if (file_mode_private(fd) == -1)
		fail(err, "%s: expected a file of your own that only you can "
		    "read, found another owner or mode: chmod 600 it, and if "
		    "others could read it, make a new key", path);
	else if (buf_reserve(pem, PEM_MAX) == -1 ||
	    file_read_fd(pem, fd) == -1)
		fail(err, "%s: cannot read the key: %s", path,
		    strerror(errno));
	else
		rc = 0;
	close(fd);
	return rc;
}

/* PKCS#8 under a passphrase (RFC 7468 section 11), as key_write() has it. */
static int
is_ours(const struct buf *pem)
{
	static const char	label[] =
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----";

	return memmem(pem->p, pem->len, label, sizeof(label) - 1) != NULL;
}

struct key *
key_load(const char *path, struct km_bytes passphrase, struct key_error *err)
{
	struct key	*key = NULL;
	struct buf	 pem;
	BIO		*bio = NULL;

	buf_init(&pem, PEM_MAX);
	if (pem_read(&pem, path, err) == -1 ||
	    (key = key_alloc(err)) == NULL)
		goto out;
	ERR_set_mark();
	if ((bio = BIO_new_mem_buf(pem.p, (int)pem.len)) != NULL)
		key->pkey = PEM_read_bio_PrivateKey_ex(bio, NULL,
		    passphrase_give, &passphrase, key->ctx, NULL);
	BIO_free(bio);
	ERR_pop_to_mark();
	if (key->pkey == NULL && !is_ours(&pem))
		fail(err, "%s: expected a private key under a passphrase, as "
		    "keurmerkctl key new makes it, found something else",
		    path);
	else if (key->pkey == NULL)
		fail(err, "%s: the passphrase is wrong, or the file is "
		    "damaged", path);
	else if (public_of(&key->pub, key->pkey) == -1)
		fail(err, "%s: expected a key on P-256, found another", path);
	else
		goto out;
	key_free(key);
	key = NULL;
out:
	buf_wipe(&pem);
	return key;
}

/* s = n - s (SEC 2 section 2.4.2). */
static void
lower_s(uint8_t s[HALF])
{
	static const uint8_t	n[HALF] = {
		0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
		0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51
	};
	int			i, v, borrow = 0;

	for (i = HALF - 1; i >= 0; i--) {
		v = n[i] - s[i] - borrow;
		borrow = v < 0;
		s[i] = (uint8_t)(v & 0xff);
	}
}

/* DER of the signature to r || s with low s. */
static int
raw_of(uint8_t sig[KM_SIG_LEN], const uint8_t *der, size_t len)
{
	const BIGNUM	*r, *s;
	ECDSA_SIG	*parsed;
	int		 rc = -1;

	if ((parsed = d2i_ECDSA_SIG(NULL, &der, (long)len)) == NULL)
		return -1;
	ECDSA_SIG_get0(parsed, &r, &s);
	if (BN_bn2binpad(r, sig, HALF) == HALF &&
	    BN_bn2binpad(s, sig + HALF, HALF) == HALF)
		rc = 0;
	ECDSA_SIG_free(parsed);
	if (rc == 0 && !km_p256_canonical(sig))
		lower_s(sig + HALF);
	return rc;
}

int
key_sign(struct key *key, uint8_t sig[KM_SIG_LEN],
    const struct km_bytes part[2])
{
	EVP_MD_CTX	*ctx;
	struct km_ask	 ask;
	uint8_t		 der[80];
	size_t		 len = sizeof(der);
	int		 rc = -1;

	if ((ctx = EVP_MD_CTX_new()) == NULL)
		return -1;
	if (EVP_DigestSignInit_ex(ctx, NULL, "SHA256", key->ctx, NULL,
	    key->pkey, NULL) == 1 &&
	    EVP_DigestSignUpdate(ctx, part[0].p, part[0].len) == 1 &&
	    EVP_DigestSignUpdate(ctx, part[1].p, part[1].len) == 1 &&
	    EVP_DigestSignFinal(ctx, der, &len) == 1)
		rc = raw_of(sig, der, len);
	EVP_MD_CTX_free(ctx);
	if (rc == -1)
		return -1;
	memset(&ask, 0, sizeof(ask));
	ask.alg = key->pub.alg;
	ask.slot = -1;
	ask.key.p = key->pub.bytes;
	ask.key.len = key->pub.len;
	ask.msg[0] = part[0];
	ask.msg[1] = part[1];
	ask.sig = sig;
	return km_openssl_verify(NULL, &ask) ? 0 : -1;
}

static int
bio_take(struct buf *out, BIO *bio)
{
	char	*p;
	long	 len;

	len = BIO_get_mem_data(bio, &p);
	return len > 0 && buf_add(out, p, (size_t)len) == 0 ? 0 : -1;
}

/*
 * Dates that no clock can miss: which key counts, and until when, is in the
 * officers list alone.
 */
static X509 *
certificate_make(struct key *key)
{
	X509		*cert;
	X509_NAME	*name;
	const uint8_t	*cn = (const uint8_t *)"keurmerk officer";

	if ((cert = X509_new_ex(key->ctx, NULL)) == NULL)
		return NULL;
	name = X509_get_subject_name(cert);
	if (X509_set_version(cert, X509_VERSION_3) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) == 1 &&
	    ASN1_TIME_set_string(X509_getm_notBefore(cert),
	    "20200101000000Z") == 1 &&
	    ASN1_TIME_set_string(X509_getm_notAfter(cert),
	    "99991231235959Z") == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, cn, -1, -1,
	    0) == 1 && X509_set_issuer_name(cert, name) == 1 &&
	    X509_set_pubkey(cert, key->pkey) == 1 &&
	    X509_sign(cert, key->pkey, EVP_sha256()) > 0)
		return cert;
	X509_free(cert);
	return NULL;
}

int
key_certificate(struct key *key, struct buf *cert, struct buf *private_)
{
	X509	*x509 = NULL;
	BIO	*a, *b;
	int	 rc = -1;

	a = BIO_new(BIO_s_mem());
	b = BIO_new(BIO_s_secmem());
	if (a != NULL && b != NULL &&
	    (x509 = certificate_make(key)) != NULL &&
	    PEM_write_bio_X509(a, x509) == 1 &&
	    PEM_write_bio_PKCS8PrivateKey(b, key->pkey, NULL, NULL, 0, NULL,
	    NULL) == 1 && bio_take(cert, a) == 0 &&
	    bio_take(private_, b) == 0)
		rc = 0;
	X509_free(x509);
	BIO_free(a);
	BIO_free(b);
	return rc;
}
