/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Search: what people type, answered from the register; see search.h. Keys
 * that are the same once written alike are looked up, and each is compared in
 * full. What only resembles is found by its letters in search_near.c.
 */
#include <stdlib.h>
#include <string.h>

#include "ca/base/log.h"
#include "ca/record/number.h"

#include "search_hits.h"

struct search *
search_new(const struct reg *reg, struct search *old)
{
	struct search	*s;

	(void)old;		/* what is shared is in the runs */
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		log_warn("search");
		return NULL;
	}
	s->reg = reg;
	return s;
}

void
search_free(struct search *s)
{
	free(s);
}

/* The best first, then by number; a mark once. */
void
search_hit_add(struct search_result *r, uint32_t mark, unsigned int alike)
{
	struct search_hit	*h = r->hit;
	size_t			 i, at;

	for (i = 0; i < r->n && h[i].mark != mark; i++)
		;
	if (i < r->n) {
		if (h[i].alike >= alike)
			return;
		r->n_exact -= h[i].alike == SEARCH_EXACT;
		memmove(&h[i], &h[i + 1], (--r->n - i) * sizeof(h[0]));
	}
	for (at = 0; at < r->n && (h[at].alike > alike ||
	    (h[at].alike == alike && h[at].mark < mark)); at++)
		;
	if (at == SEARCH_HITS_MAX)
		return;
	if (r->n == SEARCH_HITS_MAX)
		r->n_exact -= h[--r->n].alike == SEARCH_EXACT;
	memmove(&h[at + 1], &h[at], (r->n - at) * sizeof(h[0]));
	h[at].mark = mark;
	h[at].alike = alike;
	r->n++;
	r->n_exact += alike == SEARCH_EXACT;
}

/* What an attestation says that another has replaced is said no longer. */
static int
is_former(const struct reg *reg, uint32_t index)
{
	const struct run_leaf	*l;
	const uint32_t		*all;
	size_t			 n;

	reg_leaf(reg, index, &l);
	all = reg_indices(reg, reg_mark_of(reg, index), &n);
	return l->status == KM_STATUS_SUPERSEDED && all[n - 1] != index;
}

void
search_leaf_add(struct search_result *r, const struct reg *reg,
    uint32_t index, unsigned int alike)
{
	if (alike > SEARCH_FORMER && is_former(reg, index))
		alike = SEARCH_FORMER;
	search_hit_add(r, reg_mark_of(reg, index), alike);
}

static void
number_add(struct search_result *r, const struct reg *reg, const char *number,
    unsigned int alike)
{
	int64_t	mark = reg_find(reg, km_bytes_of(number));

	if (mark >= 0)
		search_hit_add(r, (uint32_t)mark, alike);
}

/* KM2026000123P, or as much of it as there is; the check is ours to add. */
static void
find_number(struct search_result *r, const struct reg *reg, const char *id)
{
	char		number[KM_NUMBER_LEN + 1];
	unsigned int	year = 0, seq = 0, alike = SEARCH_PROPOSED;
	size_t		i, len;
	int		has_km = strncmp(id, "KM", 2) == 0;

	id += has_km ? 2 : 0;
	len = strspn(id, "0123456789");
	if (strlen(id) > 11 || len < 10 || (!has_km && strlen(id) == len &&
	    len == 11))
		return;
	for (i = 0; i < 10; i++)
		if (i < 4)
			year = year * 10 + (unsigned int)(id[i] - '0');
		else
			seq = seq * 10 + (unsigned int)(id[i] - '0');
	if (number_format(number, year, seq) == -1)
		return;
	if (has_km && id[10] == number[KM_NUMBER_LEN - 1])
		alike = SEARCH_EXACT;
	number_add(r, reg, number, alike);
}

/* A number within something longer, such as the address of its page. */
static void
find_number_in(struct search_result *r, const struct reg *reg,
    struct km_bytes text)
{
	char	number[KM_NUMBER_LEN + 1];
	size_t	i, k;

	for (i = 0; i + KM_NUMBER_LEN <= text.len; i++) {
		if ((text.p[i] | 32) != 'k' || text.p[i + 2] != '-')
			continue;
		for (k = 0; k < KM_NUMBER_LEN; k++)
			number[k] = (char)(text.p[i + k] >= 'a' &&
			    text.p[i + k] <= 'z' ? text.p[i + k] - 32 :
			    text.p[i + k]);
		number[k] = '\0';
		if (km_number_valid(km_bytes_of(number)))
			number_add(r, reg, number, SEARCH_EXACT);
	}
}

/* Is one of its numbers the one typed? key is what it is found by. */
static unsigned int
same_holder(const struct km_attestation *a, const void *typed)
{
	const struct km_bytes	field[] = { a->kvk, a->sub, a->euid, a->lei };
	char			id[ALIKE_ID_MAX];
	size_t			i;

	for (i = 0; i < 4; i++)
		if (alike_id(id, field[i]) > 0 && strcmp(id, typed) == 0)
			return SEARCH_EXACT;
	return 0;
}

static unsigned int
same_host(const struct km_attestation *a, const void *typed)
{
	size_t	i;

	for (i = 0; i < a->n_hosts; i++)
		if (km_bytes_equal(run_host_key(a->host[i]),
		    km_bytes_of(typed)))
			return SEARCH_EXACT;
	return 0;
}

static unsigned int
same_name(const struct km_attestation *a, const void *typed)
{
	struct alike	name;
	size_t		i;

	for (i = 0; i <= a->n_trade_names; i++) {
		alike_name(&name, i == 0 ? a->legal_name :
		    a->trade_name[i - 1]);
		if (alike_same(&name, typed))
			return SEARCH_EXACT;
	}
	return 0;
}

/* All leaves with a key, each compared in full; at most this alike. */
static void
find(struct search_result *r, const struct reg *reg, enum run_by by,
    struct km_bytes key, unsigned int most,
    unsigned int (*same)(const struct km_attestation *, const void *),
    const void *typed)
{
	struct km_attestation	a;
	struct run		*run;
	unsigned int		alike, tried = 0;
	uint32_t		at;
	size_t			i, n = reg_runs(reg);
	int			leaf;

	for (i = 0; i < n; i++) {
		run = reg_run(reg, i);
		for (at = 0; tried < SEARCH_TRIED_MAX && (leaf =
		    run_next(run, &at, by, key)) != -1; tried++) {
			if (run_read(run, (uint32_t)leaf, NULL, &a) == -1 ||
			    (alike = same(&a, typed)) == 0)
				continue;
			search_leaf_add(r, reg, run->first + (uint32_t)leaf,
			    alike < most ? alike : most);
		}
	}
}

static void
find_holder(struct search_result *r, const struct reg *reg, const char *id)
{
	char	 key[ALIKE_ID_MAX], zero[9] = "0";
	size_t	 digits;

	if (strncmp(id, "KVKNUMMER", 9) == 0)
		id += 9;
	else if (strncmp(id, "KVKNR", 5) == 0)
		id += 5;
	else if (strncmp(id, "KVK", 3) == 0)
		id += 3;
	digits = strspn(id, "0123456789");
	if (digits == 7 && id[7] == '\0') {
		memcpy(zero + 1, id, 8);
		find(r, reg, RUN_BY_HOLDER, km_bytes_of(zero),
		    SEARCH_PROPOSED, same_holder, zero);
		return;
	}
	if (run_holder_key(key, km_bytes_of(id)) > 0)
		find(r, reg, RUN_BY_HOLDER, km_bytes_of(key), SEARCH_EXACT,
		    same_holder, id);
}

/* And the host above it: shop.example.nl is not example.nl, but near. */
static void
find_host(struct search_result *r, const struct reg *reg, const char *host)
{
	unsigned int	 most = SEARCH_EXACT;
	const char	*dot;
	int		 labels = 0;

	while (labels++ < SEARCH_LABELS_MAX && (dot = strchr(host, '.')) !=
	    NULL) {
		find(r, reg, RUN_BY_HOST, km_bytes_of(host), most, same_host,
		    host);
		host = dot + 1;
		most = SEARCH_ABOVE;
	}
}

static void
find_name(struct search_result *r, const struct reg *reg,
    const struct alike *name)
{
	char	letters[ALIKE_MAX];
	size_t	i, len = 0;

	for (i = 0; i < name->len; i++)
		if (name->text[i] != ' ')
			letters[len++] = name->text[i];
	if (len > 0)
		find(r, reg, RUN_BY_NAME, (struct km_bytes){
		    (const void *)letters, len }, SEARCH_EXACT, same_name,
		    name);
}

static void
find_place(struct search_result *r, const struct reg *reg,
    struct km_bytes text)
{
	char		 place[ALIKE_MAX];
	struct run	*run;
	size_t		 i, found = 0;
	uint32_t	 k;
	uint16_t	 word;

	if (alike_place(place, text) == 0)
		return;
	for (i = 0; i < reg_runs(reg); i++) {
		run = reg_run(reg, i);
		if ((word = run_word(&run->places, place)) == NO_WORD)
			continue;
		for (k = 0; k < run->n; k++) {
			if (run->leaf[k].place != word)
				continue;
			if (found++ == SEARCH_PLACE_HITS)
				return;
			search_leaf_add(r, reg, run->first + k, SEARCH_PLACE);
		}
	}
}

static struct km_bytes
trimmed(struct km_bytes s)
{
	while (s.len > 0 && s.p[0] <= ' ') {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && s.p[s.len - 1] <= ' ')
		s.len--;
	return s;
}

/* What is far behind the best is only in its way. */
static void
cut(struct search_result *r)
{
	while (r->n > 0 && r->hit[r->n - 1].alike + SEARCH_SPREAD <
	    r->hit[0].alike)
		r->n--;
}

void
search_find(struct search_result *r, const struct search *s,
    struct km_bytes text)
{
	struct alike	name;
	char		id[ALIKE_ID_MAX], host[ALIKE_HOST_MAX];
	size_t		host_len;

	memset(r, 0, sizeof(*r));
	text = trimmed(text);
	if (text.len == 0 || text.len > SEARCH_TYPED_MAX)
		return;
	find_number_in(r, s->reg, text);
	/* Each number of a mark or holder has a digit. */
	if (alike_id(id, text) > 0 && strpbrk(id, "0123456789") != NULL) {
		find_number(r, s->reg, id);
		find_holder(r, s->reg, id);
	}
	if ((host_len = alike_host(host, text)) > 0) {
		find_host(r, s->reg, host);
		run_host_words(&name, (struct km_bytes){
		    (const uint8_t *)host, host_len });
		search_near(r, s->reg, &name, 1);
	}
	if (text.len <= SEARCH_TEXT_MAX) {
		alike_name(&name, text);
		find_name(r, s->reg, &name);
		find_place(r, s->reg, text);
		search_near(r, s->reg, &name, 0);
	}
	cut(r);
}
