/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk check --name: a firm by its name, exact but for case, diacritics,
 * points and spaces. A firm whose name is alike is proposed and is never the
 * answer. A name binds to nobody: two firms may have the same.
 */
#include <string.h>

#include "verifier/cli/check.h"
#include "verifier/cli/names.h"

enum { HITS_MAX = 20, ALIKE_MAX = 5, ALIKE_LEAST = 450 };

/* The newest leaf of each holder that was found. */
struct hit {
	uint32_t	 leaf;
	unsigned int	 alike;
	struct km_attestation a;
};

struct hits {
	size_t		 n, max;
	int		 more;
	struct hit	 hit[HITS_MAX];
};

/* By likeness, the best first; of a holder one, the newest. */
static void
hit_add(struct hits *h, const struct km_attestation *a, uint32_t leaf,
    unsigned int alike)
{
	size_t	i, k;

	for (i = 0; i < h->n; i++)
		if (km_bytes_equal(h->hit[i].a.sub, a->sub)) {
			if (alike < h->hit[i].alike)
				return;
			h->n--;
			memmove(&h->hit[i], &h->hit[i + 1],
			    (h->n - i) * sizeof(h->hit[0]));
			break;
		}
	for (i = 0; i < h->n && h->hit[i].alike >= alike; i++)
		;
	if (h->n == h->max)
		h->more = 1;
	if (i == h->max)
		return;
	if (h->n < h->max)
		h->n++;
	for (k = h->n - 1; k > i; k--)
		h->hit[k] = h->hit[k - 1];
	h->hit[i].leaf = leaf;
	h->hit[i].alike = alike;
	h->hit[i].a = *a;
}

/* How alike the nearest of its names is; 1001: the same. */
static unsigned int
nearest(const struct km_attestation *a, const char *want)
{
	char		name[CLI_NAME_MAX];
	unsigned int	best = 0, alike;
	size_t		i;

	for (i = 0; i <= a->n_trade_names; i++) {
		cli_name(name, i == 0 ? a->legal_name : a->trade_name[i - 1]);
		if (strcmp(name, want) == 0)
			return 1001;
		alike = cli_name_alike(name, want);
		if (alike > best)
			best = alike;
	}
	return best;
}

static void
search(const struct check *c, struct hits *same, struct hits *like)
{
	const struct km_lookup	*l = c->k.known->lookup;
	char			want[CLI_NAME_MAX];
	struct km_attestation	a;
	struct km_sign1		s;
	struct km_bytes		bytes;
	unsigned int		alike;
	uint32_t		i;

	memset(same, 0, sizeof(*same));
	memset(like, 0, sizeof(*like));
	same->max = HITS_MAX;
	like->max = ALIKE_MAX;
	cli_name(want, cli_bytes(c->text));
	for (i = 0; l != NULL && i < l->n; i++) {
		bytes = km_lookup_attestation(l, i);
		if (km_attestation_decode(&a, &s, bytes.p, bytes.len) !=
		    KM_OK)
			continue;
		alike = nearest(&a, want);
		if (alike > 1000)
			hit_add(same, &a, i, alike);
		else if (alike >= ALIKE_LEAST)
			hit_add(like, &a, i, alike);
	}
}

static void
list(FILE *f, const struct hits *h)
{
	const struct km_attestation	*a;
	size_t				 i;

	for (i = 0; i < h->n; i++) {
		a = &h->hit[i].a;
		fputs("  ", f);
		cli_put(f, a->legal_name);
		fputs(", ", f);
		cli_put(f, a->place);
		fputs(a->kvk.len > 0 ? ", KVK " : ", ", f);
		cli_put(f, a->kvk.len > 0 ? a->kvk : a->sub);
		putc('\n', f);
	}
	if (h->more && h->max == HITS_MAX)
		fputs(cli_word("  en meer\n", "  and more\n"), f);
}

static enum km_verdict
report_of(struct check *c, struct km_report *r, const struct hit *h)
{
	struct km_bytes	number = h->a.number;

	check_lists(c, KM_BY_NUMBER, number);
	return km_check(c->k.known, r, &c->q, KM_BY_NUMBER, number.p,
	    number.len);
}

/* One JSON document whatever was found: the list of reports. */
static void
show_all(struct check *c, const struct hits *h)
{
	static char		json[KM_JSON_MAX];
	struct km_report	r;
	size_t			i;

	if (!c->json) {
		list(stdout, h);
		return;
	}
	putchar('[');
	for (i = 0; i < h->n; i++) {
		report_of(c, &r, &h->hit[i]);
		km_report_json(json, sizeof(json), &r);
		printf("%s%s", i > 0 ? ",\n" : "", json);
	}
	puts("]");
}

static int
several(struct check *c, const struct hits *h)
{
	cli_error(cli_word("\"%s\" is de naam van meer dan een houder; "
	    "vraag met --kvk", "\"%s\" is the name of more than one holder; "
	    "ask with --kvk"), c->text);
	show_all(c, h);
	return CLI_ERROR;
}

static int
none(struct check *c, const struct hits *like)
{
	struct km_report	r;
	const struct hits	nothing = { 0 };

	if (km_check_absent(c->k.known, &r, &c->q) != KM_NOT_LISTED) {
		if (c->json)
			show_all(c, &nothing);
		else
			check_show(c, &r);
		return km_exit(&r);
	}
	if (c->json)
		show_all(c, &nothing);
	else {
		fputs(cli_word("Geen keurmerk gevonden voor ",
		    "No mark found for "), stdout);
		cli_put(stdout, cli_bytes(c->text));
		putchar('\n');
	}
	if (like->n > 0) {
		fflush(stdout);
		fputs(cli_word("Bedoelde u:\n", "Did you mean:\n"), stderr);
		list(stderr, like);
	}
	return km_exit(&r);
}

int
check_name(struct check *c)
{
	static struct hits	same, like;
	struct km_report	r;

	search(c, &same, &like);
	if (same.n == 0 || km_check_absent(c->k.known, &r, &c->q) !=
	    KM_NOT_LISTED)
		return none(c, &like);
	if (same.n > 1)
		return several(c, &same);
	if (c->has_at) {
		c->by = KM_BY_NUMBER;
		snprintf(c->key, sizeof(c->key), "%.*s",
		    (int)same.hit[0].a.number.len,
		    (const char *)same.hit[0].a.number.p);
		return check_at(c);
	}
	report_of(c, &r, &same.hit[0]);
	if (c->json)
		show_all(c, &same);
	else
		check_show(c, &r);
	return km_exit(&r);
}
