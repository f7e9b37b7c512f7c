/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The register of the public side at 100,000 marks: how long it takes to
 * load, and again after a change of one run; anonymous memory; and how long a
 * search takes, by names that are there, with a letter changed, of a part of
 * them, and by what makes most work. Names are made of words that many share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ca/public/search.h"
#include "tests/lib/shelf.h"
#include "verifier/attestation.h"

enum { MARKS = 100000, ASKED = 4000 };
/* What it may cost at most: CPU time, and memory that no file backs. */
enum { LOAD_MS = 2000, ANONYMOUS_KB = 30000, P99_MS = 20 };

#define must(ok) do {							\
	if (!(ok)) {							\
		fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,	\
		    __LINE__, #ok);					\
		abort();						\
	}								\
} while (0)

static int	bad;		/* it costs more than it may */

static const char *const first[] = {
	"Jansen", "De Vries", "Van den Berg", "Bakker", "Visser", "Smit",
	"Meijer", "De Boer", "Mulder", "De Groot", "Bos", "Vos", "Peters",
	"Hendriks", "Van Leeuwen", "Dekker", "Brouwer", "De Wit", "Dijkstra",
	"Smits", "De Graaf", "Van der Meer", "Kok", "Jacobs", "Vermeulen",
	"Van Beek", "Willems", "Hoekstra", "Koster", "Prins"
};
static const char *const second[] = {
	"Automatisering", "ICT", "IT Services", "Netwerken", "Cloud",
	"Systemen", "Computers", "Consultancy", "Online", "Software",
	"Security", "Beheer", "Telecom", "Data", "Hosting", "Support",
	"Werkplek", "Advies", "Digital", "Solutions"
};
static const char *const place[] = {
	"Utrecht", "Amsterdam", "Rotterdam", "'s-Gravenhage", "Eindhoven",
	"Groningen", "Tilburg", "Almere", "Breda", "Nijmegen", "Apeldoorn",
	"Haarlem", "Enschede", "Arnhem", "Zwolle", "Leiden"
};
#define OF(list, i)	((list)[(i) % (sizeof(list) / sizeof((list)[0]))])

static double
now(clockid_t clock)
{
	struct timespec	t;

	must(clock_gettime(clock, &t) == 0);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A name of its own: by a syllable that follows from the number. */
static void
name_of(char out[128], unsigned int i)
{
	static const char	c[] = "bcdfghjklmnprstvwz", v[] = "aeiou";
	unsigned int		r = i * 2654435761u;

	snprintf(out, 128, "%s %c%c%c%c%c%s %s B.V.", OF(first, r >> 7),
	    c[r >> 3 & 15], v[(r >> 12) % 5], c[r >> 16 & 15],
	    v[(r >> 20) % 5], c[r >> 24 & 15], (r >> 28) % 3 == 0 ? "tech" : "",
	    OF(second, r >> 11));
}

static void
fill(struct shelf *s)
{
	char		name[128], host[64];
	unsigned int	i;

	for (i = 0; i < MARKS; i++) {
		name_of(name, i);
		snprintf(host, sizeof(host), "firm%u.example", i);
		s->a.place = OF(place, i * 7919);
		s->a.trade_name = i % 3 == 0 ? OF(second, i) : NULL;
		shelf_mark(s, i + 1, name, host);
	}
}

/* In kB: memory that no file stands behind. */
static long
anonymous(void)
{
	char	line[256];
	FILE	*f = fopen("/proc/self/smaps_rollup", "r");
	long	kb = -1;

	must(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Anonymous: %ld", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

static int
by_size(const void *a, const void *b)
{
	const double	*x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* What people type, by turns. */
static void
ask_of(char out[200], unsigned int i)
{
	char		name[128];
	unsigned int	r = i * 40503u;

	name_of(name, r % MARKS);
	switch (i % 6) {
	case 0:
		snprintf(out, 200, "%s", name);
		break;
	case 1:			/* a letter forgotten */
		snprintf(out, 200, "%.6s%s", name, name + 7);
		break;
	case 2:
		snprintf(out, 200, "%s", OF(first, r));
		break;
	case 3:
		snprintf(out, 200, "%s %s", OF(second, r), OF(place, r));
		break;
	case 4:
		snprintf(out, 200, "https://www.firm%u.example/x", r % MARKS);
		break;
	default:
		snprintf(out, 200, "%08u", r % MARKS + 1);
	}
}

static void
search(const struct search *s, const char *what, const char *fixed)
{
	static double		ms[ASKED];
	static struct search_result r;
	char			ask[200];
	double			from;
	unsigned int		i, n = fixed == NULL ? ASKED : 100, hits = 0;

	for (i = 0; i < n; i++) {
		if (fixed == NULL)
			ask_of(ask, i);
		else
			snprintf(ask, sizeof(ask), "%s", fixed);
		from = now(CLOCK_THREAD_CPUTIME_ID);
		search_find(&r, s, km_bytes_of(ask));
		ms[i] = now(CLOCK_THREAD_CPUTIME_ID) - from;
		hits += r.n > 0;
	}
	qsort(ms, n, sizeof(ms[0]), by_size);
	printf("bench search_%s_p50 %.2f ms\nbench search_%s_p99 %.2f ms\n"
	    "%u of %u found, the longest %.2f ms\n", what, ms[n / 2], what,
	    ms[n * 99 / 100], hits, n, ms[n - 1]);
	bad = bad || ms[n * 99 / 100] > P99_MS;
}

static void
list(const struct search *s)
{
	static struct search_filter f = { .service = "cloud-hosting",
	    .level = KM_LEVEL_SUBSTANTIAL, .state = MARK_VALID + 1 };
	uint32_t	out[50];
	size_t		total;
	double		from = now(CLOCK_THREAD_CPUTIME_ID);

	must(search_list(out, 50, 99900, &total, s, &f, SAMPLE_NOW) == 50);
	must(total > MARKS / 2);
	printf("bench search_list %.2f ms\n",
	    now(CLOCK_THREAD_CPUTIME_ID) - from);
}

static void
measure(struct shelf *shelf, const struct km_epoch *before)
{
	struct reg	*reg, *next;
	struct search	*s;
	long		 kb = anonymous();
	double		 from = now(CLOCK_PROCESS_CPUTIME_ID), load;

	must((reg = reg_load(shelf->files, before, NULL)) != NULL);
	load = now(CLOCK_PROCESS_CPUTIME_ID) - from;
	bad = load > LOAD_MS || anonymous() - kb > ANONYMOUS_KB;
	printf("bench reg_load %.0f ms\nbench reg_anonymous %ld kB\n", load,
	    anonymous() - kb);
	from = now(CLOCK_PROCESS_CPUTIME_ID);
	must((next = reg_load(shelf->files, &shelf->epoch, reg)) != NULL);
	printf("bench reg_load_one_run %.1f ms\n"
	    "with the old one as well: %ld kB\n",
	    now(CLOCK_PROCESS_CPUTIME_ID) - from, anonymous() - kb);
	reg_free(reg);
	must((s = search_new(next, NULL)) != NULL);
	search(s, "find", NULL);
	search(s, "hostile", "automatisering jansen de vries van den berg "
	    "utrecht amsterdam consultancy software solutions security "
	    "netwerken systemen computers telecom hosting werkplek advies "
	    "digital online bakker visser smits");
	search(s, "short", "a");
	list(s);
	search_free(s);
	reg_free(next);
}

int
main(void)
{
	struct shelf	shelf;
	struct km_epoch	before;

	shelf_begin(&shelf);
	fill(&shelf);
	shelf_print(&shelf);
	before = shelf.epoch;
	shelf.leaf[500].status = KM_STATUS_SUSPENDED;
	shelf_print(&shelf);
	measure(&shelf, &before);
	shelf_end(&shelf);
	return bad;
}
