/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk batch in parts. One thread reads (batch_input.c) and hands out
 * chunks of rows, workers answer them (batch_judge.c) and write the answers
 * down (batch_write.c), one thread puts these out in the order of the rows
 * (batch_pool.c). What is known is shared, and read only but for status lists
 * that are fetched from the tree when a badge first needs them.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <pthread.h>
#include <stdatomic.h>

#include "verifier/cli/cli.h"
#include "verifier/cli/columns.h"
#include "verifier/cli/register.h"

enum {
	BATCH_CHUNK = 64,		/* rows */
	BATCH_CHUNK_BYTES = 262144,	/* of text, after which it is full */
	BATCH_BYTES = 67108864,		/* of text that is under way */
	BATCH_JOBS_MAX = 256,
	BATCH_LINE_MAX = 12582912,	/* a badge of KM_FILE_MAX in base64 */
	BATCH_TEXT_MAX = 1024		/* id, name and what was asked */
};

/* Why a row has no verdict. */
enum batch_why {
	BATCH_OK = 0,
	/* nothing was asked, and nothing is amiss */
	BATCH_EMPTY, BATCH_ABOVE,
	/* what the row says */
	BATCH_NO_HEADER, BATCH_NO_KEY, BATCH_TWO, BATCH_RSIN, BATCH_BRANCH,
	BATCH_NOT_KVK, BATCH_ROUNDED, BATCH_NOT_HOST, BATCH_NOT_NUMBER,
	BATCH_JSON, BATCH_MEMBER, BATCH_BASE64, BATCH_LONG, BATCH_CELLS,
	BATCH_NUL, BATCH_QUOTE,
	/* what cannot be read */
	BATCH_OPEN, BATCH_KIND, BATCH_LARGE, BATCH_NO_BADGE,
	BATCH_READ, BATCH_ZIP, BATCH_OLE, BATCH_UTF16, BATCH_ENDLESS,
	BATCH_MEMORY, BATCH_NO_REGISTER,
	BATCH_WHYS
};

/* What else is to be said of a row; bits. */
enum {
	BATCH_PROPOSED = 1 << 0,	/* asked with a zero put in front */
	BATCH_CLEANED = 1 << 1,		/* the number stood there otherwise */
	BATCH_CP1252 = 1 << 2,		/* a cell was not UTF-8 */
	BATCH_OTHER_NAME = 1 << 3,	/* than the holder has */
	BATCH_OTHER_HOST = 1 << 4,	/* than the attestation names */
	BATCH_REMARKS = 5
};

enum batch_by {
	BATCH_BY_NOTHING, BATCH_BY_BADGE, BATCH_BY_NUMBER, BATCH_BY_HOLDER,
	BATCH_BY_HOST
};

/* One row of input, as the reader found it. */
enum batch_kind { BATCH_PATH, BATCH_LINE, BATCH_CELLS_ROW, BATCH_FAULT };
struct batch_row {
	enum batch_kind	 kind;
	const char	*input;		/* lives longer than the row */
	unsigned long	 row;		/* 0: the input itself */
	enum batch_why	 why;		/* of a fault */
	int		 code;		/* errno of it, 0: none */
	unsigned int	 remarks;
	uint8_t		*text;		/* of the heap, or NULL */
	size_t		 len;
	struct km_bytes	 cell[COLUMN_KINDS];	/* into text */
};

/* What came of it. Text points into the row, or here. */
struct batch_answer {
	const struct batch_row *row;
	struct km_bytes	 id, name;
	enum batch_by	 by;
	struct km_bytes	 given;		/* as it stood there */
	struct km_bytes	 asked;		/* as it was asked */
	char		 asked_text[CELL_HOST_MAX];
	char		 holder_text[CELL_HOST_MAX];	/* of policy */
	unsigned int	 remarks;
	enum batch_why	 why;
	char		 detail[256];
	int		 judged;	/* 1: there is a report */
	struct km_policy policy;
	struct km_question q;
	struct km_report report;
	uint8_t		 policy_hash[KM_HASH_LEN];
};

enum batch_form { BATCH_NDJSON, BATCH_CSV, BATCH_EXCEL };

/* What all share, filled before the threads begin. */
struct batch {
	struct cli_known known;
	struct cli_register reg;	/* that known points into */
	pthread_rwlock_t lock;		/* of known */
	struct km_policy policy;
	struct km_question q;
	uint8_t		 policy_hash[KM_HASH_LEN];
	enum batch_form	 form;
};

/* Text that grows. */
struct batch_text {
	char	*p;
	size_t	 len, cap;
	int	 failed;		/* no memory */
};

/* Counts, by the writer in the order of the rows. */
struct batch_count {
	size_t	rows, unread, empty, proposed, cp1252;
	size_t	verdict[CLI_VERDICTS];
};

/* batch_judge.c: scratch is one worker's own. */
struct batch_scratch {
	uint8_t		*p;		/* the file at hand */
	size_t		 len, cap;
	FILE		*words;		/* open_memstream(3) */
	char		*words_p;
	size_t		 words_len;
	struct json_t	*line;		/* that the answer points into */
};
int	batch_scratch_begin(struct batch_scratch *);
void	batch_scratch_end(struct batch_scratch *);
void	batch_judge(struct batch *, struct batch_answer *,
	    struct batch_scratch *, const struct batch_row *);
/* The badge, against what is known and the lists that it needs. */
void	batch_verify(struct batch *, struct batch_answer *,
	    struct km_bytes badge);
/* What is asked by its own number, as it stands in a row (batch_ask.c). */
void	batch_ask_cells(struct batch *, struct batch_answer *);
int	batch_ask_number(struct batch_answer *, struct km_bytes);
int	batch_ask_holder(struct batch_answer *, struct km_bytes);
int	batch_ask_host(struct batch_answer *, struct km_bytes);
/* A row's own demand; it cannot take back another one that all rows have. */
int	batch_ask_also(struct batch_answer *, struct km_bytes *of_all,
	    struct km_bytes own, const char *name);
/* Look it up in the register, for a->by and a->asked. */
void	batch_look_up(struct batch *, struct batch_answer *);
/* 0, always: there is no verdict, and why. */
int	batch_fail(struct batch_answer *, enum batch_why,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The file at path into scratch; 0 after saying why not. */
int	batch_file(struct batch_answer *, struct batch_scratch *,
	    const char *path);

/* Room for that many bytes in scratch; 0 when there is no memory. */
int	batch_grow(struct batch_scratch *, size_t cap);

/* One line of NDJSON (batch_line.c); until batch_line_end(). */
void	batch_line(struct batch *, struct batch_answer *,
	    struct batch_scratch *);
void	batch_line_end(struct batch_scratch *);

/* By name, and in words (batch_words.c); of a remark by its bit's number. */
const char *batch_why_name(enum batch_why);
const char *batch_why_words(enum batch_why);
const char *batch_remark_name(size_t);
const char *batch_remark_words(size_t);

/* batch_write.c */
/* The names of the columns, where the form has them. */
void	batch_write_head(const struct batch *, struct batch_text *,
	    struct batch_scratch *);
void	batch_write(const struct batch *, struct batch_text *,
	    struct batch_scratch *, const struct batch_answer *);

/* batch_pool.c */
struct batch_pool;
/* NULL after saying why not. */
struct batch_pool *batch_pool_begin(struct batch *, unsigned int jobs);
/* Take a row (text becomes the pool's): 0 when nobody takes it any more. */
int	batch_pool_row(struct batch_pool *, const struct batch_row *);
/* What was handed in must not wait for what comes: before each read(2). */
void	batch_pool_flush(struct batch_pool *);
/* Wait for all; 0 when the output could not be written, which it says. */
int	batch_pool_end(struct batch_pool *, struct batch_count *);

/* One input, all of it (batch_input.c); 0 when nothing more is wanted. */
enum batch_as {
	BATCH_AS_NAMED,			/* by the ending of its name */
	BATCH_AS_BADGE, BATCH_AS_LINES, BATCH_AS_SHEET
};
struct batch_source {
	const char	*path;
	enum batch_as	 as;
};
int	batch_input(struct batch_pool *, const struct batch_source *);
/* 1: rows of it may ask by a number or a website. */
int	batch_input_asks(const struct batch_source *);
/* Set by a signal: no more rows. */
extern atomic_int	batch_stopped;

#endif
