/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * make_tree DIR MARKS EPOCH NOW [OPTION...]: a published tree of that many
 * marks, whole and signed, as it stands at epoch EPOCH, minute EPOCH since two
 * hours before NOW.
 *
 *	previous=HEX	SHA-256 of the epoch before it
 *	fork		another epoch of that number
 *	over		an epoch that is no longer good
 *	trust=N		versions 1 to N of the trust list; the epoch names N
 *	revoke		the last of them revokes the publish key of the first
 *	withdraw=I	the mark of index I is withdrawn
 *	history=I:DAYS-KIND[/REASON],...
 *			what happened to the mark of index I, so many days
 *			before NOW, the oldest first
 *	kvk=N		KVK number of the first (10000000); then one more each
 *	of=I:J		the attestation of index I is of the mark of index J
 *	scheme=N	version N of the scheme (1)
 *	holders=FILE	who they are, a line each, again from the first when
 *			there are more marks: NAME, tab, PLACE, tab, KVK
 *
 *	DIR/pin		trust list 1
 *	DIR/badge	the attestation of index 1
 *	DIR/tree	what is published
 */
#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/scene.h"
#include "verifier/attestation.h"
#include "verifier/register.h"
#include "verifier/tree.h"

enum { SHARD = 65536, RUN = KM_RUN_LEAVES, PASTS = 16, EVENTS = 64 };

static const char	*dir;
static struct scene	*w;
static struct sample_key new_publish;
static unsigned int	 trust_n = 1, scheme_n = 1, number, marks;
static int		 is_fork, is_over, is_revoke;
static unsigned int	 first_kvk = 10000000;
static long		 withdrawn = -1;
static struct past {
	uint32_t	 index;
	const char	*events;	/* of the command line */
} past[PASTS];
static size_t		 n_past;
static struct same { uint32_t index, of; } same[PASTS];
static size_t		 n_same;
static int64_t		 now;
static struct holder { char *name, *place, *kvk; } *holder;
static size_t		 n_holders;

static void
put(const char *name, const struct sample_buf *b)
{
	char	 path[4096], *slash;
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (slash = path + strlen(dir); (slash = strchr(slash, '/')) != NULL;
	    slash++) {
		*slash = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST) {
			perror(path);
			exit(1);
		}
		*slash = '/';
	}
	if ((f = fopen(path, "wb")) == NULL ||
	    fwrite(b->p, 1, b->len, f) != b->len || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

static void
make_trust(void)
{
	char		name[64];
	unsigned int	v;

	w->trust.issued = now - 100 * SAMPLE_DAY;
	w->trust.expires = now + 365 * SAMPLE_DAY;
	w->trust_attest->not_before = now - 100 * SAMPLE_DAY;
	w->trust_attest->not_after = now + 1000 * SAMPLE_DAY;
	w->trust_publish->not_before = now - 100 * SAMPLE_DAY;
	w->trust_publish->not_after = now + 1000 * SAMPLE_DAY;
	for (v = 1; v <= trust_n; v++) {
		w->trust.version = v;
		if (is_revoke && v == trust_n) {
			struct sample_trust_key	*k;

			w->trust_publish->revoked_at = now - 1;
			k = sample_trust_key(&w->trust, &new_publish, 2);
			k->not_before = now - 100 * SAMPLE_DAY;
			k->not_after = now + 1000 * SAMPLE_DAY;
			w->status.key = w->epoch.key = &new_publish;
		}
		scene_write_trust(w);
		if (v == 1) {
			put("pin", &w->trust_bytes);
			sample_hash(w->trust.first, w->trust_bytes.p,
			    w->trust_bytes.len);
		}
		snprintf(name, sizeof(name), "tree/trust/%u", v);
		put(name, &w->trust_bytes);
	}
}

/* What is wrong with the command line is said, and ends it. */
static void
bad(const char *option)
{
	fprintf(stderr, "make_tree: %s?\n", option);
	exit(2);
}

static const struct past *
past_of(uint32_t i)
{
	size_t	k;

	for (k = 0; k < n_past; k++)
		if (past[k].index == i)
			return &past[k];
	return NULL;
}

/* Read the next event of a history: 1, or 0 at its end. */
static int
event_next(struct km_event *e, const char **s)
{
	unsigned int	days, k;
	char		kind[16], end;
	int		len = 0;

	if (**s == '\0')
		return 0;
	if (sscanf(*s, "%u-%15[a-z]%n", &days, kind, &len) != 2)
		bad(*s);
	*s += len;
	e->reason = 0;
	if (**s == '/') {
		e->reason = atoi(*s + 1);
		*s += 1 + strspn(*s + 1, "0123456789");
	}
	end = **s;
	if (end == ',')
		(*s)++;
	else if (end != '\0')
		bad(*s);
	e->at = now - (int64_t)days * SAMPLE_DAY;
	for (k = KM_EVENT_GRANT; k <= KM_EVENT_SUPERSEDE; k++)
		if (strcmp(kind, km_event_name((enum km_event_kind)k)) == 0)
			break;
	if (k > KM_EVENT_SUPERSEDE)
		bad(kind);
	e->kind = (enum km_event_kind)k;
	return 1;
}

/* The whole of it: how many there are. */
static size_t
history(struct km_event out[EVENTS], const struct past *p)
{
	const char	*s = p->events;
	size_t		 n = 0;

	while (n < EVENTS && event_next(&out[n], &s))
		n++;
	return n;
}

/* What they led to: the last of them tells. */
static int
status_of(uint32_t i)
{
	const struct past	*p = past_of(i);
	struct km_event		 e[EVENTS];
	size_t			 n;

	if ((long)i == withdrawn)
		return KM_STATUS_WITHDRAWN;
	if (p == NULL || (n = history(e, p)) == 0)
		return KM_STATUS_VALID;
	switch (e[n - 1].kind) {
	case KM_EVENT_SUSPEND:
		return KM_STATUS_SUSPENDED;
	case KM_EVENT_SUPERSEDE:
		return KM_STATUS_SUPERSEDED;
	case KM_EVENT_WITHDRAW:
	case KM_EVENT_END:
	case KM_EVENT_VOID:
		return KM_STATUS_WITHDRAWN;
	default:
		return KM_STATUS_VALID;
	}
}

static void
leaf_write(struct sample_buf *b, uint32_t i)
{
	const struct past	*p = past_of(i);
	struct km_event		 e[EVENTS];
	size_t			 k, n;

	if (p == NULL) {
		sample_register_leaf(b, i, &w->attestation_bytes,
		    status_of(i));
		return;
	}
	n = history(e, p);
	sample_array(b, 4);
	sample_uint(b, i);
	sample_bytes(b, w->attestation_bytes.p, w->attestation_bytes.len);
	sample_int(b, status_of(i));
	sample_array(b, n);
	for (k = 0; k < n; k++) {
		sample_array(b, 3);
		sample_int(b, e[k].at);
		sample_text(b, km_event_name(e[k].kind));
		if (e[k].reason > 0)
			sample_int(b, e[k].reason);
		else
			sample_null(b);
	}
}

/* Whose mark the attestation of that index is of. */
static uint32_t
mark_of(uint32_t i)
{
	size_t	k;

	for (k = 0; k < n_same; k++)
		if (same[k].index == i)
			return same[k].of;
	return i;
}

static void
attestation(uint32_t i)
{
	const struct past *p = past_of(i);
	struct km_event	 e[EVENTS];
	uint32_t	 m = mark_of(i);
	static char	number_[32], host[32], kvk[16], sub[24];
	char		plain[32];

	snprintf(plain, sizeof(plain), "KM2026%06u", m + 1);
	snprintf(number_, sizeof(number_), "KM-2026-%06u-%c", m + 1,
	    km_number_check(plain, 12));
	snprintf(host, sizeof(host), "site%u.example", m);
	snprintf(kvk, sizeof(kvk), "%08u", first_kvk + m);
	snprintf(sub, sizeof(sub), "NTRNL-%s", kvk);
	if (n_holders > 0) {
		w->attestation.legal_name = holder[m % n_holders].name;
		w->attestation.place = holder[m % n_holders].place;
		snprintf(kvk, sizeof(kvk), "%s", holder[m % n_holders].kvk);
		snprintf(sub, sizeof(sub), "NTRNL-%s", kvk);
	}
	w->attestation.number = number_;
	w->attestation.kvk = kvk;
	w->attestation.sub = sub;
	w->attestation.n_hosts = 1;
	w->attestation.host[0] = host;
	w->attestation.index = i;
	w->attestation.iat = w->attestation.nbf = p != NULL &&
	    history(e, p) > 0 ? e[0].at : now - SAMPLE_DAY;
	w->attestation.exp = (now / SAMPLE_DAY + 365) * SAMPLE_DAY;
	scene_write_attestation(w);
}

/* Runs, their index, and the register's head. */
static void
make_register(void)
{
	struct sample_buf	run = { 0 }, leaf = { 0 }, index = { 0 };
	struct km_frontier	of_run, all;
	char			name[128];
	uint8_t			hash[32];
	uint32_t		i;
	size_t			k;

	km_frontier_begin(&all);
	sample_array(&index, 2);
	sample_uint(&index, marks);
	sample_array(&index, (marks + RUN - 1) / RUN);
	for (i = 0; i < marks; i++) {
		if (i % RUN == 0) {
			run.len = 0;
			km_frontier_begin(&of_run);
		}
		attestation(i);
		if (i == 1)
			put("badge", &w->attestation_bytes);
		leaf.len = 0;
		leaf_write(&leaf, i);
		sample_leaf(hash, leaf.p, leaf.len);
		km_frontier_add(&of_run, hash);
		sample_raw(&run, leaf.p, leaf.len);
		if (i % RUN != RUN - 1 && i != marks - 1)
			continue;
		km_frontier_root(hash, &of_run);
		km_frontier_add(&all, hash);
		sample_bytes(&index, hash, 32);
		snprintf(name, sizeof(name), "tree/register/");
		for (k = 0; k < 32; k++)
			snprintf(name + 14 + 2 * k, 3, "%02x", hash[k]);
		put(name, &run);
	}
	km_frontier_root(w->epoch.register_root, &all);
	w->epoch.register_size = marks;
	snprintf(name, sizeof(name), "tree/register/index/%u", number);
	put(name, &index);
	sample_free(&run);
	sample_free(&leaf);
	sample_free(&index);
}

static void
make_lists(void)
{
	struct km_frontier	all;
	char			name[64];
	uint8_t			hash[32];
	uint32_t		i, n = (marks + SHARD - 1) / SHARD;
	size_t			k;

	km_frontier_begin(&all);
	for (i = 0; i < n; i++) {
		w->status.shard = i;
		w->status.iat = w->epoch.this_update;
		w->status.exp = w->epoch.next_update;
		memset(w->status.entries, 0, w->status.n_entries);
		for (k = 0; k < n_past; k++)
			if (past[k].index / SHARD == i)
				sample_status_set(&w->status, past[k].index %
				    SHARD, status_of(past[k].index));
		if (withdrawn >= 0 && (uint32_t)withdrawn / SHARD == i)
			sample_status_set(&w->status, (uint32_t)withdrawn %
			    SHARD, 1);
		scene_write_status(w);
		snprintf(name, sizeof(name), "tree/status/%u", i);
		put(name, &w->status_bytes);
		sample_hash(hash, w->status_bytes.p, w->status_bytes.len);
		sample_leaf(hash, hash, 32);
		km_frontier_add(&all, hash);
	}
	km_frontier_root(w->epoch.status_root, &all);
	w->epoch.status_size = n;
}

static void
make_json(void)
{
	struct sample_buf	b = { 0 };
	char			text[64], name[64];
	unsigned int		v;

	snprintf(text, sizeof(text), "{\"bodies\":[],\"of\":%u}\n", number);
	sample_raw(&b, text, strlen(text));
	put("tree/bodies.json", &b);
	sample_hash(w->epoch.bodies, b.p, b.len);
	for (v = 1; v <= scheme_n; v++) {
		b.len = 0;
		snprintf(text, sizeof(text), "{\"version\":%u}\n", v);
		sample_raw(&b, text, strlen(text));
		snprintf(name, sizeof(name), "tree/scheme/%s/%u.json",
		    "voorbeeld", v);
		put(name, &b);
	}
	sample_hash(w->epoch.scheme, b.p, b.len);
	sample_free(&b);
}

static void
make_epoch(void)
{
	char	name[64];

	w->epoch.number = number;
	scene_write_epoch(w);
	put("tree/epoch", &w->epoch_bytes);
	snprintf(name, sizeof(name), "tree/epochs/%u", number);
	put(name, &w->epoch_bytes);
}

static void
previous(const char *hex)
{
	unsigned int	v;
	size_t		i;

	for (i = 0; i < 32 && sscanf(hex + 2 * i, "%2x", &v) == 1; i++)
		w->epoch.previous[i] = (uint8_t)v;
}

static void
option_history(const char *s)
{
	struct km_event	e[EVENTS];
	char		*end;

	if (n_past == PASTS)
		bad(s);
	past[n_past].index = (uint32_t)strtoul(s, &end, 10);
	past[n_past].events = end + 1;
	if (*end != ':' || history(e, &past[n_past]) == 0)
		bad(s);
	n_past++;
}

static void
option_holders(const char *file)
{
	FILE	*f = fopen(file, "r");
	char	*line = NULL, *next;
	size_t	 size = 0;

	if (f == NULL)
		bad(file);
	for (; getline(&line, &size, f) > 0; n_holders++) {
		holder = realloc(holder, (n_holders + 1) * sizeof(*holder));
		next = strdup(line);
		if (holder == NULL || next == NULL)
			abort();
		holder[n_holders].name = strsep(&next, "\t\n");
		holder[n_holders].place = strsep(&next, "\t\n");
		holder[n_holders].kvk = strsep(&next, "\t\n");
		if (holder[n_holders].kvk == NULL)
			bad(line);
	}
	free(line);
	fclose(f);
}

static void
option(const char *s)
{
	if (strcmp(s, "fork") == 0)
		is_fork = 1;
	else if (strcmp(s, "over") == 0)
		is_over = 1;
	else if (strcmp(s, "revoke") == 0)
		is_revoke = 1;
	else if (strncmp(s, "previous=", 9) == 0)
		previous(s + 9);
	else if (strncmp(s, "trust=", 6) == 0)
		trust_n = (unsigned int)atoi(s + 6);
	else if (strncmp(s, "scheme=", 7) == 0)
		scheme_n = (unsigned int)atoi(s + 7);
	else if (strncmp(s, "withdraw=", 9) == 0)
		withdrawn = atol(s + 9);
	else if (strncmp(s, "kvk=", 4) == 0)
		first_kvk = (unsigned int)atoi(s + 4);
	else if (strncmp(s, "history=", 8) == 0)
		option_history(s + 8);
	else if (strncmp(s, "holders=", 8) == 0)
		option_holders(s + 8);
	else if (n_same < PASTS && sscanf(s, "of=%" SCNu32 ":%" SCNu32,
	    &same[n_same].index, &same[n_same].of) == 2)
		n_same++;
	else
		bad(s);
}

/* Ed25519, by which the same tree has the same bytes every time. */
static void
again(struct sample_key *key, const char *name)
{
	sample_key_free(key);
	sample_key(key, -19, name);
}

int
main(int argc, char **argv)
{
	int	i;

	if (argc < 5) {
		fputs("usage: make_tree DIR MARKS EPOCH NOW [OPTION...]\n",
		    stderr);
		return 2;
	}
	dir = argv[1];
	marks = (unsigned int)atoi(argv[2]);
	number = (unsigned int)atoi(argv[3]);
	now = atoll(argv[4]);
	w = scene_new();
	again(&w->root[0], "root 0");
	again(&w->root[2], "root 2");
	again(&w->attest, "attest");
	memset(w->epoch.previous, 0, 32);
	for (i = 5; i < argc; i++)
		option(argv[i]);
	sample_key(&new_publish, -19, "publish again");
	w->epoch.this_update = now - 7200 + 60 * number - is_fork -
	    (is_over ? 8 * SAMPLE_DAY : 0);
	w->epoch.next_update = w->epoch.this_update + 7 * SAMPLE_DAY;
	make_trust();
	make_register();
	make_lists();
	make_json();
	make_epoch();
	sample_key_free(&new_publish);
	scene_free(w);
	return 0;
}
