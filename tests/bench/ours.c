/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Our side of a comparison with programs in other languages:
 *
 *	ours write DIR		a scene: trust, epoch, status, badge; and raw,
 *				what once.c reads
 *	ours verify N		seconds of CPU that N verifications take
 *	ours status N ENTRIES	the same of N cold checks of a status list of
 *				which one in a hundred is withdrawn
 */
#include "tests/bench/measure.h"
#include "tests/lib/scene.h"
#include "verifier/attestation.h"
#include "verifier/known.h"

enum { PATH_LEN = 512, SHARD = 65536, ENTRIES_MAX = 8000000 };

static void
write_file(const char *dir, const char *name, const void *p, size_t len)
{
	char	path[PATH_LEN];
	FILE	*f;

	must(snprintf(path, sizeof(path), "%s/%s", dir, name) < PATH_LEN);
	must((f = fopen(path, "wb")) != NULL);
	must(fwrite(p, 1, len, f) == len && fclose(f) == 0);
}

static void
write_raw(const char *dir, const struct scene *s)
{
	struct sample_buf	b = { NULL, 0, 0 };
	struct km_attestation	a;
	struct km_sign1		sign1;
	struct raw		raw;

	must(km_attestation_decode(&a, &sign1, s->attestation_bytes.p,
	    s->attestation_bytes.len) == KM_OK);
	raw_begin(&raw, &s->attest, sign1.protected_, sign1.payload,
	    sign1.sig);
	sample_raw(&b, "\x04", 1);
	sample_raw(&b, s->attest.pub, 64);
	sample_raw(&b, raw.sig, raw.sig_len);
	sample_raw(&b, raw.tbs, raw.len);
	write_file(dir, "raw", b.p, b.len);
	sample_free(&b);
	raw_end(&raw);
}

static void
write_scene(const char *dir, const struct scene *s)
{
	write_file(dir, "trust", s->trust_bytes.p, s->trust_bytes.len);
	write_file(dir, "epoch", s->epoch_bytes.p, s->epoch_bytes.len);
	write_file(dir, "status", s->status_bytes.p, s->status_bytes.len);
	write_file(dir, "badge", s->attestation_bytes.p,
	    s->attestation_bytes.len);
	write_raw(dir, s);
}

static void
verify(struct scene *s, long n)
{
	double	from = cpu_now();

	for (; n > 0; n--)
		must(km_verify(s->known, &s->r, &s->q) == KM_VALID);
	printf("%.9f\n", cpu_now() - from);
}

static void
status(struct scene *s, long n, long entries)
{
	const struct km_list	*l;
	struct km_status_list	 d;
	void			*mem;
	size_t			 len, i;
	double			 from;
	long			 k;

	must(entries >= SHARD && entries <= ENTRIES_MAX && entries % 4 == 0);
	len = KM_KNOWN_MIN + KM_KNOWN_LIST + (size_t)entries;
	must((mem = malloc(len)) != NULL);
	km_known_end(s->known);
	must((s->known = km_known_begin(mem, len, s->trust_bytes.p,
	    s->trust_bytes.len)) != NULL);
	free(s->status.entries);
	s->status.n_entries = (size_t)entries / 4;
	must((s->status.entries = calloc(1, s->status.n_entries)) != NULL);
	sample_withdraw(&s->status, (uint32_t)entries);
	scene_write_status(s);
	must(km_status_decode(&d, s->status_bytes.p, s->status_bytes.len) ==
	    KM_OK);
	from = cpu_now();
	for (k = 0; k < n; k++) {
		must(scene_add(s, &s->status_bytes) == KM_OK);
		must((l = km_known_list(s->known, d.uri)) != NULL);
		i = (size_t)(k * 7919 % entries);
		must(km_status_get((struct km_bytes){ l->entries, l->len },
		    l->bits, i) >= 0);
	}
	printf("%.9f\n", cpu_now() - from);
	km_known_end(s->known);
	s->known = NULL;
	free(mem);
}

int
main(int argc, char **argv)
{
	struct scene	*s = scene_new();
	int		 rc = 0;

	sample_key_free(&s->publish);
	sample_key(&s->publish, -9, "publish");
	scene_know_all(s);
	must(scene_ask(s) == KM_VALID);
	if (argc == 3 && strcmp(argv[1], "write") == 0)
		write_scene(argv[2], s);
	else if (argc == 3 && strcmp(argv[1], "verify") == 0)
		verify(s, atol(argv[2]));
	else if (argc == 4 && strcmp(argv[1], "status") == 0)
		status(s, atol(argv[2]), atol(argv[3]));
	else
		rc = 2;
	scene_free(s);
	return rc;
}
