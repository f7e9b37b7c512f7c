/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys: loading, choosing and using them; see key.h. All in a library
 * context of our own, so that openssl.cnf is not read.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "ca/base/file.h"
#include "verifier/core.h"

#include "journal.h"
#include "key.h"
#include "key_file.h"

enum { DER_MAX = 80, HALF = KM_SIG_LEN / 2 };

struct own_key {
	struct km_key	 pub;
	EVP_PKEY	*pkey;
	EVP_PKEY_CTX	*sign;		/* EVP_PKEY_sign_init()ed */
};

struct keys {
	OSSL_LIB_CTX		*ctx;
	struct km_keycache	*cache;	/* slot i: key i */
	size_t			 n;
	struct own_key		 key[KEYS_N_MAX];
};

void
keys_free(struct keys *keys)
{
	size_t	i;

	if (keys == NULL)
		return;
	for (i = 0; i < keys->n; i++) {
		EVP_PKEY_CTX_free(keys->key[i].sign);
		EVP_PKEY_free(keys->key[i].pkey);	/* cleanses */
	}
	if (keys->cache != NULL)
		km_keycache_end(keys->cache);
	free(keys->cache);
	OSSL_LIB_CTX_free(keys->ctx);
	free(keys);
}

/* Everything that key_add() needs. */
static struct keys *
keys_new(void)
{
	struct keys	*keys;

	if ((keys = calloc(1, sizeof(*keys))) == NULL)
		return NULL;
	keys->ctx = OSSL_LIB_CTX_new();
	keys->cache = calloc(1, km_keycache_size());
	if (keys->cache != NULL)
		km_keycache_begin(keys->cache);
	if (keys->ctx == NULL || keys->cache == NULL) {
		keys_free(keys);
		return NULL;
	}
	return keys;
}

/* Take over pkey. */
static int
key_add(struct keys *keys, EVP_PKEY *pkey, const char *name,
    struct signer_error *err)
{
	struct own_key	*k = &keys->key[keys->n];
	struct km_bytes	 bytes;

	if (keys->n == KEYS_N_MAX) {
		EVP_PKEY_free(pkey);
		return signer_fail(err, "keys/%s: expected at most %d keys, "
		    "found more", name, KEYS_N_MAX);
	}
	keys->n++;
	k->pkey = pkey;
	if (key_public(&k->pub, pkey) == -1)
		return signer_fail(err, "keys/%s: expected a private key on "
		    "P-256, found another", name);
	bytes.p = k->pub.bytes;
	bytes.len = k->pub.len;
	k->sign = EVP_PKEY_CTX_new_from_pkey(keys->ctx, pkey, NULL);
	if (k->sign == NULL || EVP_PKEY_sign_init(k->sign) != 1 ||
	    !km_keycache_put(keys->cache, (int)keys->n - 1, k->pub.alg,
	    bytes))
		return signer_fail(err, "keys/%s: OpenSSL cannot use it",
		    name);
	return 0;
}

static int
key_load(struct keys *keys, int dirfd, const char *name,
    struct signer_error *err)
{
	EVP_PKEY	*pkey;

	if ((pkey = key_read(keys->ctx, dirfd, name, err)) == NULL)
		return -1;
	return key_add(keys, pkey, name, err);
}

static int
is_pem(const char *name)
{
	size_t	len = strlen(name);

	return name[0] != '.' && len > 4 &&
	    strcmp(name + len - 4, ".pem") == 0;
}

struct keys *
keys_load(int dirfd, struct signer_error *err)
{
	struct dirent	*entry;
	struct keys	*keys = NULL;
	DIR		*dir = NULL;
	int		 fd, good = 0;

	fd = openat(dirfd, KEYS_NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || (dir = fdopendir(fd)) == NULL) {
		signer_fail(err, "keys: cannot open the directory: %s",
		    strerror(errno));
		if (fd != -1)
			close(fd);
		return NULL;
	}
	if ((keys = keys_new()) == NULL) {
		signer_fail(err, "keys: out of memory");
		goto out;
	}
	while ((entry = readdir(dir)) != NULL)
		if (is_pem(entry->d_name) &&
		    key_load(keys, fd, entry->d_name, err) == -1)
			goto out;
	if (keys->n == 0) {
		signer_fail(err, "keys: expected private keys as NAME.pem, "
		    "found none");
		goto out;
	}
	good = 1;
out:
	closedir(dir);
	if (good)
		return keys;
	keys_free(keys);
	return NULL;
}

const struct km_key *
keys_choose(const struct keys *keys, const struct km_trust *trust,
    enum km_purpose purpose, int64_t at)
{
	const struct km_trust_key	*k, *best = NULL;
	struct km_bytes			 kid;
	size_t				 i;
	int				 place;

	for (i = 0; i < keys->n; i++) {
		kid.p = keys->key[i].pub.kid;
		kid.len = KM_KID_LEN;
		if ((place = km_trust_find(trust, kid)) == -1)
			continue;
		k = &trust->key[place];
		if (k->purpose != purpose || k->revoked_at != -1 ||
		    at < k->not_before || at >= k->not_after ||
		    k->key.len != keys->key[i].pub.len ||
		    memcmp(k->key.bytes, keys->key[i].pub.bytes,
		    k->key.len) != 0)
			continue;
		if (best == NULL || k->not_after > best->not_after)
			best = k;
	}
	return best == NULL ? NULL : &best->key;
}

/* s = n - s: of the two that verify, the lower (n: SEC 2 section 2.4.2). */
static void
lower_s(uint8_t s[HALF])
{
	static const uint8_t	n[HALF] = {
		0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
		0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51
	};
	int			borrow = 0, v, i;

	for (i = HALF - 1; i >= 0; i--) {
		v = n[i] - s[i] - borrow;
		borrow = v < 0;
		s[i] = (uint8_t)(v + 256 * borrow);
	}
}

static int
raw_signature(uint8_t sig[KM_SIG_LEN], const uint8_t *der, size_t len)
{
	ECDSA_SIG	*rs;
	const uint8_t	*p = der;
	int		 good;

	if ((rs = d2i_ECDSA_SIG(NULL, &p, (long)len)) == NULL)
		return -1;
	good = BN_bn2binpad(ECDSA_SIG_get0_r(rs), sig, HALF) == HALF &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(rs), sig + HALF, HALF) == HALF;
	ECDSA_SIG_free(rs);
	if (!good)
		return -1;
	if (!km_p256_canonical(sig))
		lower_s(sig + HALF);
	return km_p256_canonical(sig) ? 0 : -1;
}

static int
own_verify(const struct keys *keys, size_t i, const uint8_t *sig,
    const struct km_bytes part[2])
{
	struct km_ask	ask;

	memset(&ask, 0, sizeof(ask));
	ask.alg = keys->key[i].pub.alg;
	ask.slot = (int)i;
	ask.key.p = keys->key[i].pub.bytes;
	ask.key.len = keys->key[i].pub.len;
	ask.msg[0] = part[0];
	ask.msg[1] = part[1];
	ask.sig = sig;
	return km_openssl_verify(keys->cache, &ask);
}

int
keys_sign(struct keys *keys, uint8_t sig[KM_SIG_LEN],
    const uint8_t kid[KM_KID_LEN], const struct km_bytes part[2])
{
	uint8_t	hash[KM_HASH_LEN], der[DER_MAX], made[KM_SIG_LEN];
	size_t	i, len = sizeof(der);

	for (i = 0; i < keys->n; i++)
		if (memcmp(keys->key[i].pub.kid, kid, KM_KID_LEN) == 0)
			break;
	if (i == keys->n)
		return -1;
	km_sha256(hash, part, 2);
	ERR_set_mark();
	if (EVP_PKEY_sign(keys->key[i].sign, der, &len, hash,
	    sizeof(hash)) != 1 || raw_signature(made, der, len) == -1 ||
	    !own_verify(keys, i, made, part)) {
		ERR_pop_to_mark();
		return -1;
	}
	ERR_pop_to_mark();
	memcpy(sig, made, KM_SIG_LEN);
	return 0;
}
