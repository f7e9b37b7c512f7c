/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk: the verifier as a program. Each verb is a file; what they share
 * stands here. Results go to stdout, diagnostics to stderr, and no
 * environment variable is looked at.
 */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include <keurmerk.h>

/* Exit status for usage, what cannot be read, and a file without a badge. */
enum { CLI_ERROR = 2 };

int	cli_verify(int argc, char **argv);
int	cli_check(int argc, char **argv);
int	cli_show(int argc, char **argv);
int	cli_sync(int argc, char **argv);
int	cli_batch(int argc, char **argv);

/* Words (words.c): Dutch or English; Dutch until told otherwise. */
enum cli_lang { CLI_NL, CLI_EN };
/* 1, or 0 when name is not "nl" or "en". */
int		 cli_set_lang(const char *name);
enum cli_lang	 cli_lang(void);
/* One of two, by language. */
const char	*cli_word(const char *nl, const char *en)
		    __attribute__((format_arg(1), format_arg(2)));
/* From schemas/glossary.json, by path: "verdicts.valid.title". */
const char	*cli_term(const char *path);
/* The reason of that number in the closed list (schemas/register.cddl). */
const char	*cli_reason_word(int number);
/* "23 november 2027" of a day since 1970; "23 november 2027 10:00 UTC". */
enum { CLI_DATE_MAX = 40 };
void		 cli_day(char out[CLI_DATE_MAX], int64_t day);
void		 cli_moment(char out[CLI_DATE_MAX], int64_t t);
/* Text in which {name} stands for a value; the list ends with a NULL name. */
struct cli_slot {
	const char	*name;
	struct km_bytes	 value;
};
void		 cli_fill(FILE *, const char *text, const struct cli_slot *);
struct km_bytes	 cli_bytes(const char *);

/* What checks and reasons are called (reason.c). */
const char	*cli_check_word(enum km_check_id);
const char	*cli_err_word(enum km_err);

/* "keurmerk: " and what went wrong, on stderr, made fit for a terminal. */
void	cli_error(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2)));
/* Text of an unknown source: what is not printable becomes "?". */
void	cli_put(FILE *, struct km_bytes);

/* Files (file.c). "-" is standard input. p is the caller's to free. */
struct cli_file {
	uint8_t	*p;
	size_t	 len;
};
/*
 * 1; 0 when it cannot be read or is larger than max, which it says. One in a
 * tree must be a file; -1 when it is not there, which is not said. Another
 * may be a pipe, and "-" is standard input.
 */
int	cli_read(struct cli_file *, const char *path, size_t max,
	    int in_tree);
void	cli_file_free(struct cli_file *);

/* Arguments (args.c): 1, or 0 after saying what was expected. */
int	cli_time(int64_t *out, const char *option, const char *text);
int	cli_hash(uint8_t out[KM_HASH_LEN], const char *option,
	    const char *text);
int	cli_environment(enum km_environment *out, const char *option,
	    const char *text);
int	cli_demand(struct km_demand *out, const char *option,
	    const char *text);
int	cli_remember(struct km_policy *, const char *option,
	    const char *text);
/* text is changed: a host may be typed in capitals. */
int	cli_origin(struct km_bytes *out, const char *option, char *text);

/* What is known (gather.c), from files and a copy of the tree. */
struct cli_sources {
	const char	**trust;	/* the first is the pin */
	size_t		  n_trust;
	int		  has_pin;	/* or this is */
	uint8_t		  pin[KM_HASH_LEN];
	const char	**epoch;
	size_t		  n_epoch;
	const char	**status;
	size_t		  n_status;
	const char	 *tree;		/* NULL: none */
};
struct cli_known {
	const struct cli_sources *from;
	void		*mem;
	size_t		 mem_len;
	struct km_known	*known;
	int		 trusted;	/* a trust list counts */
	uint8_t		 tried[65536 / 8];	/* shards of the tree */
};
/* 1, or 0 when a file could not be read; ends with cli_known_free(). */
int	cli_gather(struct cli_known *, const struct cli_sources *);
/* Take the list of this badge's shard from the tree, if there is one. */
void	cli_gather_shard(struct cli_known *, struct km_bytes badge);
/* 1: that would read a file, and change what is known. */
int	cli_gather_wants(const struct cli_known *, struct km_bytes badge);
/* The same for a leaf of the register, whose index says the shard. */
void	cli_gather_leaf(struct cli_known *, uint32_t leaf);
int	cli_gather_wants_leaf(const struct cli_known *, uint32_t leaf);
void	cli_known_free(struct cli_known *);

/* A report in words (print.c): all of it, and one line. */
void	cli_print(FILE *, const struct km_report *,
	    const struct km_question *);
void	cli_print_line(FILE *, const char *file, const struct km_report *,
	    const struct km_question *);
void	cli_print_verdict(FILE *, const struct km_report *);
void	cli_print_binding(FILE *, const struct km_report *,
	    const struct km_question *);
void	cli_print_attestation(FILE *, const struct km_attestation *);
/* Of several (counts.c): "3 valid, 1 expired", and the exit status. */
enum { CLI_VERDICTS = KM_UNDETERMINED + 1 };
void	cli_print_counts(FILE *, const size_t count[CLI_VERDICTS]);
int	cli_status(const size_t count[CLI_VERDICTS], size_t unread);
/* A label in its column. */
void	cli_label(FILE *, const char *label);

#endif
