/* SPDX-License-Identifier: EUPL-1.2 */
/* Objects taken apart for display: one writer for words and for JSON. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "verifier/cli/cli.h"
#include "verifier/json.h"

struct show {
	int		 json;
	struct km_json	 j;
	char		*out;
	size_t		 cap;
};

/* key is for JSON, label for people. */
void	show_text(struct show *, const char *key, const char *label,
	    struct km_bytes);
void	show_int(struct show *, const char *key, const char *label,
	    int64_t);
void	show_time(struct show *, const char *key, const char *label,
	    int64_t);
void	show_hex(struct show *, const char *key, const char *label,
	    const uint8_t *, size_t);
/* A part with fields of its own; name NULL in an array. */
void	show_open(struct show *, const char *key, char bracket);
void	show_close(struct show *, char bracket);

/* 1, or 0 after saying why not. */
int	show_status(struct show *, const char *path, const struct cli_file *);
int	show_trust(struct show *, const char *path, const struct cli_file *);
int	show_epoch(struct show *, const char *path, const struct cli_file *);
int	show_refused(const char *path, enum km_err);

#endif
