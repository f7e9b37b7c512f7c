/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Private keys as files (ca/signer/key.h, key_file.h). What is let through
 * is one on P-256 with the kid of its own public half, and what it signs
 * verifies with that: a file whose halves do not belong together signs
 * nothing. The keys of the corpus were made for it and are used nowhere.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ca/record/verify.h"
#include "ca/signer/key_file.h"
#include "tests/fuzz/promise.h"

enum { INPUT_MAX = 8192 };

static char		 dir[256];
static int		 dirfd = -1, keysfd;
static OSSL_LIB_CTX	*lib;
static struct verify	*verify;

static void
end(void)
{
	unlinkat(keysfd, "a.pem", 0);
	unlinkat(dirfd, KEYS_NAME, AT_REMOVEDIR);
	rmdir(dir);
	close(keysfd);
	close(dirfd);
	verify_free(verify);
	OSSL_LIB_CTX_free(lib);
}

static void
begin(void)
{
	const char	*tmp = getenv("TEST_TMP");

	snprintf(dir, sizeof(dir), "%.200s/fuzz-key.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL ||
	    (dirfd = open(dir, O_RDONLY | O_DIRECTORY)) == -1 ||
	    mkdirat(dirfd, KEYS_NAME, 0700) == -1 ||
	    (keysfd = openat(dirfd, KEYS_NAME, O_RDONLY | O_DIRECTORY)) ==
	    -1 || (lib = OSSL_LIB_CTX_new()) == NULL ||
	    (verify = verify_new()) == NULL)
		abort();
	atexit(end);
}

static void
put(const uint8_t *data, size_t len)
{
	int	fd;

	fd = openat(keysfd, "a.pem", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd == -1 || write(fd, data, len) != (ssize_t)len)
		abort();
	close(fd);
}

static void
check_signs(struct keys *keys, const struct km_key *key)
{
	static const uint8_t	text[] = "signed by a key from a file";
	uint8_t			sig[KM_SIG_LEN], none[KM_KID_LEN];
	struct km_ask		ask = {
		.alg = key->alg, .slot = -1,
		.key = { key->bytes, key->len },
		.msg = { { text, 6 }, { text + 6, sizeof(text) - 6 } },
		.sig = sig
	};

	if (keys_sign(keys, sig, key->kid, ask.msg) == 0)
		promise(verify_ask(verify, &ask) && km_p256_canonical(sig));
	memcpy(none, key->kid, sizeof(none));
	none[0] ^= 1;
	promise(keys_sign(keys, sig, none, ask.msg) == -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct signer_error	err = { "" };
	struct km_key		key;
	struct keys		*keys;
	EVP_PKEY		*pkey;
	uint8_t			thumbprint[KM_HASH_LEN];
	int			good;

	if (len > INPUT_MAX)
		return 0;
	if (dirfd == -1)
		begin();
	put(data, len);
	pkey = key_read(lib, keysfd, "a.pem", &err);
	promise(pkey != NULL || strncmp(err.text, "keys/a.pem: ", 12) == 0);
	good = pkey != NULL && key_public(&key, pkey) == 0;
	EVP_PKEY_free(pkey);
	err.text[0] = '\0';
	keys = keys_load(dirfd, &err);
	promise(keys != NULL || strncmp(err.text, "keys/a.pem: ", 12) == 0);
	promise(keys == NULL || good);
	if (keys != NULL) {
		promise(key.alg == KM_ALG_ESP256 && key.len == KM_KEY_MAX);
		km_key_thumbprint(thumbprint, &key);
		promise(memcmp(key.kid, thumbprint, KM_KID_LEN) == 0);
		check_signs(keys, &key);
	}
	keys_free(keys);
	return 0;
}
