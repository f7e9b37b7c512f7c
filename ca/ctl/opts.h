/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opts: options and words of the command line. Options may stand anywhere;
 * each verb says which it takes, and anything else is an error.
 */
#ifndef CTL_OPTS_H
#define CTL_OPTS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt {
	OPT_HELP, OPT_CONFIG, OPT_OFFICE, OPT_PIN, OPT_KEY,
	OPT_PASSPHRASE_FILE, OPT_PUBLIC_URL, OPT_TRUST, OPT_YES, OPT_VERBOSE,
	OPT_OUT, OPT_AUTHORITY, OPT_ENVIRONMENT, OPT_ROOT, OPT_THRESHOLD,
	OPT_OFFICERS_KEY, OPT_SIGNER_KEYS, OPT_EXPIRES, OPT_FROM, OPT_REVOKE,
	OPT_REMOVE, OPT_CSV, OPT_JSON, OPT_PROPOSER, OPT_HEAD, OPT_DAYS,
	OPT_ALL, OPT_DAY, OPT_REPORT, OPT_LINE, OPT_METHOD,
	OPT_HOURS, OPT_FINDINGS, OPT_EVIDENCE, OPT_NOT_COVERED, OPT_NBF,
	OPT_EXP, OPT_YEARS, OPT_REASON, OPT_UNTIL, OPT_KIND,
	OPT_NAME, OPT_KVK, OPT_PLACE, OPT_TRADE_NAME, OPT_HOST,
	OPT_INFORMATION, OPT_SUB, OPT_EUID, OPT_LEI, OPT_NUMBER, OPT_LEVEL,
	OPT_WAIT, OPT_LIST, OPT_SVG, OPT_LANG, OPT_QR,
	OPT_N
};

enum { OPTS_VALUES_MAX = 1024, OPTS_WORDS_MAX = 65536 };

/* A set of options: bits. */
#define OPT(o)	(UINT64_C(1) << OPT_##o)
/* What every verb that speaks to the office takes. */
#define OPTS_OFFICE	(OPT(CONFIG) | OPT(OFFICE) | OPT(PIN) | OPT(KEY) | \
	OPT(PASSPHRASE_FILE) | OPT(PUBLIC_URL) | OPT(TRUST) | OPT(VERBOSE))
/* What every verb that proposes takes as well. */
#define OPTS_PROPOSE	(OPTS_OFFICE | OPT(YES) | OPT(DAYS) | OPT(WAIT))
/* And what names many providers or marks. */
#define OPTS_TARGETS	OPT(LIST)

struct opts {
	size_t		 n;
	struct { enum opt opt; const char *text; } value[OPTS_VALUES_MAX];
	size_t		 n_words;
	const char	**word;		/* not options, in order; owned */
};

/* Into argv. 0, or -1 after a message. */
int		 opts_parse(struct opts *, int argc, char **argv);
void		 opts_free(struct opts *);	/* safe on zeroed */
/* Only these? 0, or -1 after a message that names verb. */
int		 opts_only(const struct opts *, uint64_t set,
		    const char *verb);
/* Its value, "" for one that has none, or NULL: not given. */
const char	*opts_get(const struct opts *, enum opt);
/* The i-th value of one that may be given more than once, or NULL. */
const char	*opts_nth(const struct opts *, enum opt, size_t i);
size_t		 opts_count(const struct opts *, enum opt);
/* "--name" */
const char	*opts_name(enum opt);
/* One line: name, what it takes, what it is for, and an example. */
void		 opts_help(FILE *, enum opt);

/* Each: 0 and *out, untouched when not given; -1 after a message. */
int		 opts_number(const struct opts *, enum opt, uint32_t min,
		    uint32_t max, uint32_t *out);
int		 opts_date(const struct opts *, enum opt, int64_t *out);
/* Must be given: its value, or NULL after a message. */
const char	*opts_need(const struct opts *, enum opt);

#endif
