/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Papers of the ceremony and public halves of keys, as keurmerkctl finds
 * them in files (ca/ctl/paper.h). What is let through is what the strict
 * readers read in it; a draft never passes for something signed; an act and
 * a key are written again as they were.
 */
#include <sys/mman.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ca/ctl/paper.h"
#include "ca/record/encode.h"
#include "tests/fuzz/promise.h"

enum { INPUT_MAX = 1 << 20 };

static char		 path[64];
static int		 fd = -1;
static struct verify	*verify;

static void
end(void)
{
	verify_free(verify);
	close(fd);
}

/* Messages to people would only fill the log: sanitizers write to 2. */
static void
begin(void)
{
	if ((fd = memfd_create("paper", MFD_CLOEXEC)) == -1 ||
	    (verify = verify_new()) == NULL ||
	    (stderr = fopen("/dev/null", "we")) == NULL)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	atexit(end);
}

static void
check_act(const struct paper *p, struct km_bytes whole)
{
	struct buf	again;
	size_t		i;

	promise(p->n_approvals <= APPROVALS_MAX);
	promise(inside(p->decision.bytes, p->bytes.p, p->bytes.len));
	buf_init(&again, whole.len);
	encode_array(&again, 2);
	encode_bytes(&again, p->decision.bytes);
	encode_array(&again, p->n_approvals);
	for (i = 0; i < p->n_approvals; i++) {
		promise(is_sign1(&p->approval_sign[i], p->bytes.p,
		    p->bytes.len) || p->approval_sign[i].payload.len == 0);
		encode_bytes(&again, p->approval[i]);
	}
	promise(again.failed == 0 && again.len == whole.len &&
	    memcmp(again.p, whole.p, whole.len) == 0);
	buf_free(&again);
}

static void
check_list(const struct paper *p, struct km_bytes whole)
{
	static struct km_trust	trust;
	struct officers		officers;
	struct km_sign		sign;
	enum km_err		err;

	promise(p->sign.n <= KM_SIGNERS_MAX);
	promise(inside(p->sign.payload, p->filled.p, p->filled.len));
	if (p->kind == PAPER_TRUST)
		err = km_trust_decode(&trust, &sign, whole.p, whole.len);
	else {
		err = officers_decode(&officers, &sign, whole.p, whole.len);
		if (err == KM_OK)
			officers_free(&officers);
	}
	promise((err == KM_OK) == (p->sign.n > 0));
}

static void
check_paper(struct km_bytes whole)
{
	struct paper	p;
	uint8_t		hash[KM_HASH_LEN], first[KM_HASH_LEN];
	int		trust = 0;

	if (paper_load(&p, path) == 0) {
		km_sha256(hash, &whole, 1);
		promise(memcmp(hash, p.hash, KM_HASH_LEN) == 0);
		promise(p.bytes.len == whole.len &&
		    memcmp(p.bytes.p, whole.p, whole.len) == 0);
		if (p.kind == PAPER_ACT)
			check_act(&p, whole);
		else
			check_list(&p, whole);
		trust = p.kind == PAPER_TRUST && p.sign.n > 0;
	}
	paper_free(&p);
	if (paper_load_trust(&p, first, path, verify) == 0)
		promise(trust && p.sign.n >= p.trust.threshold);
	paper_free(&p);
}

static void
check_public(struct km_bytes whole)
{
	struct km_key	key;
	struct buf	again;

	if (public_load(&key, path) == -1)
		return;
	buf_init(&again, 256);
	encode_key(&again, &key);
	promise(again.failed == 0 && again.len == whole.len &&
	    memcmp(again.p, whole.p, whole.len) == 0);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct km_bytes	whole = { data, len };

	if (len > INPUT_MAX)
		return 0;
	if (fd == -1)
		begin();
	if (ftruncate(fd, 0) == -1 ||
	    pwrite(fd, data, len, 0) != (ssize_t)len)
		abort();
	check_paper(whole);
	check_public(whole);
	return 0;
}
