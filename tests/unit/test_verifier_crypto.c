/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * verifier/crypto.h: known answers, Wycheproof, the key cache, and that no
 * configuration of OpenSSL is read.
 */
#include <sys/wait.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "tests/lib/notation.h"
#include "verifier/core.h"
#include "verifier/cose.h"

enum { PART_MAX = 300, LARGE = 100000 };

/* Against OpenSSL's other interface, in all ways to cut a message in two. */
static void
test_sha256(void **state)
{
	uint8_t		any[PART_MAX], got[KM_HASH_LEN], want[KM_HASH_LEN];
	struct km_bytes	part[2];
	size_t		len, cut;

	(void)state;
	for (len = 0; len < PART_MAX; len++)
		any[len] = (uint8_t)(len * 7);
	for (len = 0; len < PART_MAX; len++) {
		sample_hash(want, any, len);
		for (cut = 0; cut <= len; cut += 1 + len / 16) {
			part[0] = (struct km_bytes){ any, cut };
			part[1] = (struct km_bytes){ any + cut, len - cut };
			km_sha256(got, part, 2);
			assert_memory_equal(got, want, KM_HASH_LEN);
		}
	}
	km_sha256(got, NULL, 0);
	sample_hash(want, "", 0);
	assert_memory_equal(got, want, KM_HASH_LEN);
}

/* An ask over msg in two parts, signed by key. */
struct asked {
	struct km_ask	ask;
	uint8_t		sig[KM_SIG_LEN];
};

static void
ask_for(struct asked *a, const struct sample_key *key, const uint8_t *msg,
    size_t len, int slot)
{
	memset(a, 0, sizeof(*a));
	sample_signature(a->sig, key, msg, len, 0);
	a->ask.alg = key->alg;
	a->ask.slot = slot;
	a->ask.key = (struct km_bytes){ key->pub, key->len };
	a->ask.msg[0] = (struct km_bytes){ msg, len / 3 };
	a->ask.msg[1] = (struct km_bytes){ msg + len / 3, len - len / 3 };
	a->ask.sig = a->sig;
}

static struct km_keycache *
cache_begin(void)
{
	struct km_keycache	*cache = malloc(km_keycache_size());

	assert_non_null(cache);
	km_keycache_begin(cache);
	return cache;
}

static void
cache_end(struct km_keycache *cache)
{
	km_keycache_end(cache);
	free(cache);
}

/* Good ones verify; of each bit of signature and key, none flipped does. */
static void
test_bits(void **state)
{
	const int		 alg[] = { -9, -19, -7, -8 };
	const uint8_t		 msg[] = "keurmerk";
	struct km_keycache	*cache = cache_begin();
	struct sample_key	 key;
	struct asked		 a;
	uint8_t			 other[sizeof(msg)];
	size_t			 i, bit;

	(void)state;
	for (i = 0; i < 4; i++) {
		sample_key(&key, alg[i], "a");
		ask_for(&a, &key, msg, sizeof(msg), 3);
		assert_int_equal(km_openssl_verify(cache, &a.ask), 1);
		assert_int_equal(km_openssl_verify(NULL, &a.ask), 1);
		for (bit = 0; bit < 8 * KM_SIG_LEN; bit++) {
			a.sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
			a.sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (bit = 0; bit < 8 * key.len; bit++) {
			key.pub[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
			key.pub[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		memcpy(other, msg, sizeof(msg));
		other[7] ^= 1;
		a.ask.msg[1].p = other + sizeof(msg) / 3;
		assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
		a.ask.msg[1] = (struct km_bytes){ NULL, 0 };
		assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
		sample_key_free(&key);
	}
	cache_end(cache);
}

/* The alg decides how, and goes with its own length of key. */
static void
test_alg(void **state)
{
	const int		 bad[] = { 0, 1, -35, -8, -19, -51, 9 };
	struct km_keycache	*cache = cache_begin();
	struct sample_key	 key;
	struct asked		 a;
	size_t			 i;

	(void)state;
	sample_key(&key, -9, "a");
	ask_for(&a, &key, (const uint8_t *)"abc", 3, -1);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a.ask.alg = bad[i];
		assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
		assert_int_equal(km_keycache_put(cache, 0, bad[i],
		    a.ask.key), 0);
	}
	a.ask.alg = -9;
	a.ask.key.len = 63;
	assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
	a.ask.key.len = 0;
	assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
	sample_key_free(&key);
	cache_end(cache);
}

static void
test_cache(void **state)
{
	const uint8_t		 msg[] = "keurmerk";
	struct km_keycache	*cache = cache_begin();
	struct sample_key	 key, other, ed;
	struct asked		 a, b, e;
	uint8_t			 off[KM_KEY_MAX];

	(void)state;
	sample_key(&key, -9, "a");
	sample_key(&other, -9, "b");
	sample_key(&ed, -19, "a");
	ask_for(&a, &key, msg, sizeof(msg), 47);
	ask_for(&b, &other, msg, sizeof(msg), 47);
	ask_for(&e, &ed, msg, sizeof(msg), 47);
	assert_int_equal(km_keycache_put(cache, 47, -9, a.ask.key), 1);
	assert_int_equal(km_openssl_verify(cache, &a.ask), 1);
	/* The slot has another key than is asked for: it does not matter. */
	assert_int_equal(km_openssl_verify(cache, &b.ask), 1);
	assert_int_equal(km_openssl_verify(cache, &e.ask), 1);
	a.ask.key = b.ask.key;
	assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
	/* In its place another, of another kind. */
	assert_int_equal(km_keycache_put(cache, 47, -19, e.ask.key), 1);
	assert_int_equal(km_openssl_verify(cache, &e.ask), 1);
	assert_int_equal(km_openssl_verify(cache, &b.ask), 1);
	/* No such slot; off the curve. */
	assert_int_equal(km_keycache_put(cache, 48, -9, b.ask.key), 0);
	assert_int_equal(km_keycache_put(cache, -1, -9, b.ask.key), 0);
	memcpy(off, other.pub, sizeof(off));
	off[63] ^= 1;
	b.ask.key.p = off;
	assert_int_equal(km_keycache_put(cache, 47, -9, b.ask.key), 0);
	assert_int_equal(km_openssl_verify(cache, &b.ask), 0);
	b.ask.slot = 48;
	b.ask.key.p = other.pub;
	assert_int_equal(km_openssl_verify(cache, &b.ask), 1);
	sample_key_free(&key);
	sample_key_free(&other);
	sample_key_free(&ed);
	cache_end(cache);
}

/* A message too long for the stack; and nothing stays in the error queue. */
static void
test_large(void **state)
{
	const int		 alg[] = { -9, -19 };
	const size_t		 len[] = { 0, 1, 4095, 4096, 4097, LARGE };
	static uint8_t		 msg[LARGE];
	struct km_keycache	*cache = cache_begin();
	struct sample_key	 key;
	struct asked		 a;
	size_t			 i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		sample_key(&key, alg[i], "a");
		ERR_clear_error();
		for (k = 0; k < sizeof(len) / sizeof(len[0]); k++) {
			ask_for(&a, &key, msg, len[k], -1);
			assert_int_equal(km_openssl_verify(cache, &a.ask), 1);
			a.sig[40] ^= 1;
			assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
		}
		memset(a.sig, 0, sizeof(a.sig));
		assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
		memset(a.sig, 0xff, sizeof(a.sig));
		assert_int_equal(km_openssl_verify(cache, &a.ask), 0);
		assert_int_equal(ERR_peek_error(), 0);
		sample_key_free(&key);
	}
	cache_end(cache);
}

/* What OpenSSL's own Ed25519 says, of whatever bytes. */
static int
openssl_says(const uint8_t key[32], const uint8_t sig[64])
{
	EVP_PKEY	*pkey;
	EVP_MD_CTX	*ctx = EVP_MD_CTX_new();
	int		 good;

	pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, 32);
	good = EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
	    EVP_DigestVerify(ctx, sig, 64, (const uint8_t *)"abc", 3) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return good;
}

#define FF30	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define Z30	"000000000000000000000000000000000000000000000000000000000000"
#define ORDER8A	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc"
#define ORDER8B	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03"
#define BASE	"58666666666666666666666666666666666666666666666666666666666666"

/* Points of small order, encodings that are not canonical, and no points. */
static const char *const odd_points[] = {
	"x'01" Z30 "00'", "x'01" Z30 "80'", "x'00" Z30 "00'", "x'00" Z30 "80'",
	"x'ec" FF30 "7f'", "x'ec" FF30 "ff'", "x'ed" FF30 "7f'",
	"x'ed" FF30 "ff'", "x'ee" FF30 "7f'", "x'ee" FF30 "ff'",
	"x'ff" FF30 "7f'", "x'ff" FF30 "ff'", "x'" ORDER8A "05'",
	"x'" ORDER8A "85'", "x'" ORDER8B "7a'", "x'" ORDER8B "fa'",
	"x'" BASE "66'", "x'" BASE "e6'", "x'02" Z30 "00'"
};
/* 0, 1, and the order less one, itself, and more one. */
static const char *const odd_scalars[] = {
	"x'00" Z30 "00'", "x'01" Z30 "00'",
	"x'ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'",
	"x'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'",
	"x'eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'"
};

/* Of all of them together we say what OpenSSL says, and both say yes too. */
static void
test_odd_ed25519(void **state)
{
	struct km_keycache	*cache = cache_begin();
	struct sample_buf	 key = { 0 }, sig = { 0 };
	struct km_ask		 ask = { -19, -1, { NULL, 32 },
				    { { NULL, 0 }, { (const uint8_t *)"abc",
				    3 } }, NULL };
	const size_t		 n = sizeof(odd_points) / sizeof(*odd_points);
	size_t			 a, r, s;
	int			 want, good = 0;

	(void)state;
	for (a = 0; a < n; a++)
	for (r = 0; r < n; r++)
	for (s = 0; s < 5; s++) {
		key.len = sig.len = 0;
		notation(&key, odd_points[a]);
		notation(&sig, odd_points[r]);
		notation(&sig, odd_scalars[s]);
		ask.key.p = key.p;
		ask.sig = sig.p;
		want = openssl_says(key.p, sig.p);
		good += want;
		if (km_openssl_verify(cache, &ask) != want)
			fail_msg("key %s, R %s, S %s: OpenSSL says %d",
			    odd_points[a], odd_points[r], odd_scalars[s],
			    want);
	}
	assert_true(good > 0);
	sample_free(&key);
	sample_free(&sig);
	cache_end(cache);
}

enum { THREADS = 4, TIMES = 50 };
struct thread {
	pthread_t		 id;
	const struct km_keycache *cache;
	struct asked		*good, *bad;
	int			 wrong;
};

static void *
thread_run(void *arg)
{
	struct thread	*t = arg;
	int		 i;

	for (i = 0; i < TIMES; i++) {
		t->wrong += !km_openssl_verify(t->cache, &t->good[i % 2].ask);
		t->wrong += km_openssl_verify(t->cache, &t->bad[i % 2].ask);
	}
	return NULL;
}

/* One cache, read by many. */
static void
test_threads(void **state)
{
	struct km_keycache	*cache = cache_begin();
	struct sample_key	 key[2];
	struct thread		 t[THREADS];
	struct asked		 good[2], bad[2];
	int			 i;

	(void)state;
	for (i = 0; i < 2; i++) {
		sample_key(&key[i], i == 0 ? -9 : -19, "a");
		ask_for(&good[i], &key[i], (const uint8_t *)"abc", 3, i);
		ask_for(&bad[i], &key[i], (const uint8_t *)"abc", 3, i);
		bad[i].sig[5] ^= 1;
		assert_int_equal(km_keycache_put(cache, i, key[i].alg,
		    good[i].ask.key), 1);
	}
	for (i = 0; i < THREADS; i++) {
		t[i] = (struct thread){ .cache = cache, .good = good,
		    .bad = bad };
		assert_int_equal(pthread_create(&t[i].id, NULL, thread_run,
		    &t[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(t[i].id, NULL), 0);
		assert_int_equal(t[i].wrong, 0);
	}
	sample_key_free(&key[0]);
	sample_key_free(&key[1]);
	cache_end(cache);
}

static void
from_hex(struct sample_buf *b, json_t *in, const char *key)
{
	char	text[8192];

	snprintf(text, sizeof(text), "x'%s'",
	    json_string_value(json_object_get(in, key)));
	b->len = 0;
	notation(b, text);
}

/*
 * Every test of a file: a signature of 64 bytes is accepted exactly where it
 * is said to be valid (others cannot be asked for: those end at the reader,
 * which takes 64 bytes and no more).
 */
static void
wycheproof(const char *path, int alg, size_t want_valid)
{
	struct km_keycache	*cache = cache_begin();
	struct sample_buf	 key = { 0 }, msg = { 0 }, sig = { 0 };
	struct km_ask		 ask;
	json_t			*root, *group, *test, *pub;
	size_t			 g, t, n = 0, valid = 0;
	int			 want;

	if ((root = json_load_file(path, 0, NULL)) == NULL) {
		print_message("%s is not there\n", path);
		cache_end(cache);
		skip();
	}
	json_array_foreach(json_object_get(root, "testGroups"), g, group) {
		pub = json_object_get(group, "publicKey");
		from_hex(&key, pub, alg == -7 ? "uncompressed" : "pk");
		ask = (struct km_ask){ alg, (int)(g % 48),
		    { key.p + (alg == -7), key.len - (alg == -7) },
		    { { NULL, 0 }, { NULL, 0 } }, NULL };
		assert_int_equal(km_keycache_put(cache, ask.slot, alg,
		    ask.key), 1);
		json_array_foreach(json_object_get(group, "tests"), t, test) {
			from_hex(&msg, test, "msg");
			from_hex(&sig, test, "sig");
			want = strcmp(json_string_value(json_object_get(test,
			    "result")), "valid") == 0;
			n++;
			valid += (size_t)want;
			if (sig.len != KM_SIG_LEN) {
				assert_int_equal(want, 0);
				continue;
			}
			ask.msg[1] = (struct km_bytes){ msg.p, msg.len };
			ask.sig = sig.p;
			if (km_openssl_verify(cache, &ask) != want)
				fail_msg("%s: test %lld", path,
				    (long long)json_integer_value(
				    json_object_get(test, "tcId")));
		}
	}
	assert_int_equal(n, (size_t)json_integer_value(json_object_get(root,
	    "numberOfTests")));
	assert_int_equal(valid, want_valid);
	print_message("%zu tests, %zu valid\n", n, valid);
	sample_free(&key);
	sample_free(&msg);
	sample_free(&sig);
	json_decref(root);
	cache_end(cache);
}

static void
test_wycheproof_p256(void **state)
{
	(void)state;
	wycheproof("../shared/vectors/ecdsa_secp256r1_sha256_p1363.json", -7,
	    173);
}

static void
test_wycheproof_ed25519(void **state)
{
	(void)state;
	wycheproof("../shared/vectors/ed25519.json", -8, 88);
}

/*
 * As a program by itself, between two marks for strace: all that the library
 * does, with a signature of each kind. Signed by the parent, as signing uses
 * the default context.
 */
static int
child(char *const hex[4])
{
	const int		 alg[] = { -9, -19 };
	struct sample_buf	 key = { 0 }, sig = { 0 };
	struct km_keycache	*cache = cache_begin();
	struct km_ask		 ask;
	uint8_t			 hash[KM_HASH_LEN];
	int			 i, good = 1;

	if (access("/keurmerk-begin", F_OK) == 0)
		return 9;
	for (i = 0; i < 2; i++) {
		key.len = sig.len = 0;
		notation(&key, hex[2 * i]);
		notation(&sig, hex[2 * i + 1]);
		ask = (struct km_ask){ alg[i], i, { key.p, key.len },
		    { { NULL, 0 }, { (const uint8_t *)"abc", 3 } }, sig.p };
		good &= km_keycache_put(cache, i, alg[i], ask.key) &&
		    km_openssl_verify(cache, &ask) &&
		    km_openssl_verify(NULL, &ask);
		sig.p[40] ^= 1;
		good &= !km_openssl_verify(cache, &ask);
	}
	km_sha256(hash, ask.msg, 2);
	cache_end(cache);
	sample_free(&key);
	sample_free(&sig);
	if (access("/keurmerk-end", F_OK) == 0)
		return 9;
	/* The trap works: what reads the configuration has no SHA-256. */
	if (EVP_MD_fetch(NULL, "SHA256", NULL) != NULL)
		return 8;
	return good ? 0 : 7;
}

/* Arguments of the child, and a configuration under which nothing works. */
struct trap {
	char	conf[64];
	char	hex[4][200];		/* key and signature, twice */
};

static void
hex_of(char *out, const uint8_t *p, size_t len)
{
	size_t	i, n = 0;

	n += (size_t)sprintf(out, "x'");
	for (i = 0; i < len; i++)
		n += (size_t)sprintf(out + n, "%02x", p[i]);
	sprintf(out + n, "'");
}

static void
trap_set(struct trap *t)
{
	const char		text[] = "openssl_conf = all\n[all]\n"
	    "alg_section = evp\n[evp]\ndefault_properties = fips=yes\n";
	struct sample_key	key;
	uint8_t			sig[KM_SIG_LEN];
	int			i, fd;

	for (i = 0; i < 2; i++) {
		sample_key(&key, i == 0 ? -9 : -19, "a");
		sample_signature(sig, &key, "abc", 3, 0);
		hex_of(t->hex[2 * i], key.pub, key.len);
		hex_of(t->hex[2 * i + 1], sig, sizeof(sig));
		sample_key_free(&key);
	}
	strcpy(t->conf, "/tmp/test_verifier_crypto.XXXXXX");
	fd = mkstemp(t->conf);
	assert_true(fd != -1);
	assert_int_equal(write(fd, text, sizeof(text) - 1),
	    (int)sizeof(text) - 1);
	close(fd);
}

static int
run(char *const argv[], const char *conf)
{
	pid_t	pid = fork();
	int	status;

	assert_true(pid != -1);
	if (pid == 0) {
		setenv("OPENSSL_CONF", conf, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char	*self;

static void
test_configuration(void **state)
{
	struct trap	 t;
	char *const	 argv[] = { self, t.hex[0], t.hex[1], t.hex[2],
			    t.hex[3], NULL };
	int		 status;

	(void)state;
	trap_set(&t);
	status = run(argv, t.conf);
	unlink(t.conf);
	assert_int_equal(status, 0);
}

/* 1 when the trace has both marks and nothing opened between them. */
static int
clean(const char *path)
{
	char	 line[1024];
	FILE	*f = fopen(path, "r");
	int	 marks = 0, opened = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, "/keurmerk-") != NULL)
			marks++;
		else if (marks == 1) {
			print_error("%s", line);
			opened++;
		}
	}
	fclose(f);
	return marks == 2 && opened == 0;
}

/* Nothing is opened, asked for or connected to meanwhile. */
static void
test_no_open(void **state)
{
	char		 trace[] = "/tmp/test_verifier_trace.XXXXXX";
	struct trap	 t;
	char *const	 argv[] = { "strace", "-f", "-qq", "-o", trace, "-e",
			    "trace=%file,%network", self, t.hex[0], t.hex[1],
			    t.hex[2], t.hex[3], NULL };
	char *const	 try[] = { "strace", "-o", "/dev/null", "true", NULL };
	int		 status, fd, good;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("LeakSanitizer does not work under strace\n");
	skip();
#endif
	if (run(try, "/dev/null") != 0) {
		print_message("strace does not work here\n");
		skip();
	}
	trap_set(&t);
	assert_true((fd = mkstemp(trace)) != -1);
	close(fd);
	status = run(argv, t.conf);
	good = clean(trace);
	unlink(trace);
	unlink(t.conf);
	assert_int_equal(status, 0);
	assert_int_equal(good, 1);
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_alg),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_odd_ed25519),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_wycheproof_p256),
		cmocka_unit_test(test_wycheproof_ed25519),
		cmocka_unit_test(test_configuration),
		cmocka_unit_test(test_no_open),
	};

	if (argc == 5)
		return child(argv + 1);
	self = argv[0];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
