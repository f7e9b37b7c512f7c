/* SPDX-License-Identifier: EUPL-1.2 */
/* The signer's keys: made once, kept private, chosen by the trust list. */
#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "ca/signer/key.h"
#include "tests/lib/desk.h"
#include "verifier/core.h"

static char	dir[512];

static void
fresh(const char *name)
{
	const char	*tmp = getenv("TEST_TMP");

	snprintf(dir, sizeof(dir), "%s/key-%s-%ld",
	    tmp != NULL ? tmp : "/tmp", name, (long)getpid());
	assert_int_equal(mkdir(dir, 0700), 0);
}

static void
gone(void)
{
	static const char *const	names[] = { "attest.pem",
					    "publish.pem", "third.pem" };
	char				path[600];
	size_t				i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/keys/%s", dir, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/keys", dir);
	rmdir(path);
	assert_int_equal(rmdir(dir), 0);
}

/* A trust list of these two, as far as choosing goes. */
static void
trust_of(struct km_trust *t, const struct buf *pub)
{
	struct km_cbor	c;
	size_t		i;

	memset(t, 0, sizeof(*t));
	km_cbor_begin(&c, pub->p, pub->len);
	t->n_keys = km_cbor_array(&c, 2, 2);
	for (i = 0; i < 2; i++) {
		km_cbor_array(&c, 2, 2);
		t->key[i].purpose = (enum km_purpose)km_cbor_uint(&c, i + 1,
		    i + 1);
		km_key_read(&c, &t->key[i].key, 0);
		t->key[i].not_before = 100;
		t->key[i].not_after = 200;
		t->key[i].revoked_at = -1;
	}
	assert_int_equal(km_cbor_end(&c), KM_OK);
}

static struct keys *
load(struct signer_error *err)
{
	struct keys	*keys;
	int		 fd;

	assert_int_not_equal(fd = open(dir, O_RDONLY | O_DIRECTORY), -1);
	keys = keys_load(fd, err);
	close(fd);
	return keys;
}

static void
made_once(void **arg)
{
	struct signer_error	err;
	struct stat		st;
	struct buf		out, again;
	char			path[600];

	(void)arg;
	fresh("once");
	buf_init(&out, 1024);
	buf_init(&again, 1024);
	assert_int_equal(signer_keys(dir, &out, &err), 0);
	assert_int_equal(out.len, 1 + 2 * (2 + 77));
	snprintf(path, sizeof(path), "%s/keys/attest.pem", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	assert_int_equal(signer_keys(dir, &again, &err), -1);
	assert_non_null(strstr(err.text, "never overwritten"));
	assert_int_equal(again.len, 0);
	assert_int_equal(unlink(path), 0);	/* one of them is enough */
	assert_int_equal(signer_keys(dir, &again, &err), -1);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(signer_keys("/nowhere", &again, &err), -1);
	buf_free(&out);
	buf_free(&again);
	gone();
}

static void
chosen_by_trust(void **arg)
{
	struct signer_error	 err;
	struct km_trust		 t;
	struct keys		*keys;
	struct buf		 out;

	(void)arg;
	fresh("choose");
	buf_init(&out, 1024);
	assert_int_equal(signer_keys(dir, &out, &err), 0);
	assert_non_null(keys = load(&err));
	trust_of(&t, &out);
	assert_ptr_equal(keys_choose(keys, &t, KM_PURPOSE_ATTEST, 100),
	    &t.key[0].key);
	assert_ptr_equal(keys_choose(keys, &t, KM_PURPOSE_PUBLISH, 199),
	    &t.key[1].key);
	assert_null(keys_choose(keys, &t, KM_PURPOSE_OFFICERS, 100));
	assert_null(keys_choose(keys, &t, KM_PURPOSE_ATTEST, 99));
	assert_null(keys_choose(keys, &t, KM_PURPOSE_ATTEST, 200));
	t.key[0].revoked_at = 0;
	assert_null(keys_choose(keys, &t, KM_PURPOSE_ATTEST, 150));
	t.key[0].revoked_at = -1;
	t.key[0].key.bytes[3] ^= 1;	/* the kid of ours, another key */
	assert_null(keys_choose(keys, &t, KM_PURPOSE_ATTEST, 150));
	t.key[0].key.bytes[3] ^= 1;
	t.key[1].purpose = KM_PURPOSE_ATTEST;
	t.key[1].not_after = 300;	/* of two, the one that ends last */
	assert_ptr_equal(keys_choose(keys, &t, KM_PURPOSE_ATTEST, 150),
	    &t.key[1].key);
	keys_free(keys);
	buf_free(&out);
	gone();
}

static int
good(const struct km_key *key, const struct km_bytes part[2],
    const uint8_t *sig)
{
	struct km_ask	ask;

	memset(&ask, 0, sizeof(ask));
	ask.alg = key->alg;
	ask.slot = -1;
	ask.key = (struct km_bytes){ key->bytes, key->len };
	ask.msg[0] = part[0];
	ask.msg[1] = part[1];
	ask.sig = sig;
	return km_openssl_verify(NULL, &ask);
}

/* Half of all P-256 signatures come out with high s: none of ours may. */
static void
signed_with_low_s(void **arg)
{
	struct signer_error	 err;
	struct km_bytes		 part[2];
	struct km_trust		 t;
	struct keys		*keys;
	struct buf		 out;
	uint8_t			 sig[KM_SIG_LEN];
	uint32_t		 i;

	(void)arg;
	fresh("sign");
	buf_init(&out, 1024);
	assert_int_equal(signer_keys(dir, &out, &err), 0);
	assert_non_null(keys = load(&err));
	trust_of(&t, &out);
	part[0] = km_bytes_of("before");
	part[1].p = (const uint8_t *)&i;
	part[1].len = sizeof(i);
	for (i = 0; i < 64; i++) {
		assert_int_equal(keys_sign(keys, sig, t.key[0].key.kid,
		    part), 0);
		assert_true(km_p256_canonical(sig));
		assert_true(good(&t.key[0].key, part, sig));
		assert_false(good(&t.key[1].key, part, sig));
		sig[i] ^= 4;
		assert_false(good(&t.key[0].key, part, sig));
	}
	t.key[0].key.kid[0] ^= 1;
	assert_int_equal(keys_sign(keys, sig, t.key[0].key.kid, part), -1);
	keys_free(keys);
	buf_free(&out);
	gone();
}

static void
third_write(EVP_PKEY *pkey, const EVP_CIPHER *cipher, mode_t mode)
{
	char	path[600];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/keys/third.pem", dir);
	assert_non_null(f = fopen(path, "w"));
	if (pkey == NULL)
		fputs("-----BEGIN NOTHING-----\n", f);
	else
		assert_int_equal(PEM_write_PKCS8PrivateKey(f, pkey, cipher,
		    cipher == NULL ? NULL : "open", cipher == NULL ? 0 : 4,
		    NULL, NULL), 1);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
refused_with(const char *words)
{
	struct signer_error	err;

	assert_null(load(&err));
	if (strstr(err.text, words) == NULL)
		fail_msg("expected \"%s\", found \"%s\"", words, err.text);
}

static void
not_ours(void **arg)
{
	struct signer_error	 err;
	struct sample_key	 p256, ed;
	EVP_PKEY		*p384;
	struct keys		*keys;
	struct buf		 out;
	char			 path[600];

	(void)arg;
	fresh("not-ours");
	refused_with("cannot open the directory");
	buf_init(&out, 1024);
	assert_int_equal(signer_keys(dir, &out, &err), 0);
	sample_key(&p256, KM_ALG_ESP256, "third");
	sample_key(&ed, KM_ALG_ED25519, "third");
	p384 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	third_write(p256.pkey, NULL, 0600);
	assert_non_null(keys = load(&err));
	keys_free(keys);
	third_write(p256.pkey, NULL, 0640);
	refused_with("mode 0600");
	third_write(p256.pkey, NULL, 0604);
	refused_with("mode 0600");
	third_write(p256.pkey, EVP_aes_128_cbc(), 0600);
	refused_with("without a passphrase");
	third_write(ed.pkey, NULL, 0600);
	refused_with("on P-256");
	third_write(p384, NULL, 0600);
	refused_with("on P-256");
	third_write(NULL, NULL, 0600);
	refused_with("expected one private key");
	snprintf(path, sizeof(path), "%s/keys/third.pem", dir);
	unlink(path);
	assert_int_equal(symlink("attest.pem", path), 0);
	refused_with("cannot open");
	EVP_PKEY_free(p384);
	sample_key_free(&p256);
	sample_key_free(&ed);
	buf_free(&out);
	gone();
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(made_once),
		cmocka_unit_test(chosen_by_trust),
		cmocka_unit_test(signed_with_low_s),
		cmocka_unit_test(not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
