/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Settings of an officer's keurmerkctl; see settings.h. libconfuse reads the
 * syntax and calls value_seen() at each value.
 */
#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/file.h"

#include "say.h"
#include "settings.h"

enum { FILE_MAX = 65536, VALUE_MAX = 1024, PIN_LEN = 32, PIN_FILE_MAX = 256 };

static const struct {
	const char	*name;
	enum opt	 opt;
	int		 is_path;
} table[SETTING_N] = {
	[SETTING_OFFICE] = { "office", OPT_OFFICE, 0 },
	[SETTING_PIN] = { "pin", OPT_PIN, 1 },
	[SETTING_KEY] = { "key", OPT_KEY, 1 },
	[SETTING_PASSPHRASE_FILE] = { "passphrase_file",
	    OPT_PASSPHRASE_FILE, 1 },
	[SETTING_PUBLIC_URL] = { "public_url", OPT_PUBLIC_URL, 0 },
	[SETTING_TRUST] = { "trust", OPT_TRUST, 1 },
};

/* libconfuse hands no argument to its callbacks; this is read once. */
static struct {
	struct settings	*set;
	const char	*path;
	int		 line[SETTING_N];	/* 0: not seen */
	int		 failed;
} reading;

static int __attribute__((__format__(printf, 2, 3)))
wrong(int line, const char *fmt, ...)
{
	char	text[VALUE_MAX + 512];
	va_list	ap;

	if (reading.failed)
		return -1;
	reading.failed = 1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (line > 0)
		say_error("%s:%d: %s", reading.path, line, text);
	else
		say_error("%s: %s", reading.path, text);
	return -1;
}

static void
syntax_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char	text[256];

	vsnprintf(text, sizeof(text), fmt, ap);
	wrong(cfg->line, "expected office, pin, key, passphrase_file, "
	    "public_url or trust and its value, found: %s", text);
}

static int
is_hex(const char *text)
{
	return strlen(text) == 2 * PIN_LEN &&
	    strspn(text, "0123456789abcdef") == 2 * PIN_LEN;
}

/* A copy, with the directory of the file before it where it is a path. */
static char *
value_of(enum setting s, const char *text, const char *file)
{
	char	*copy, *path = NULL;

	if (!table[s].is_path || file == NULL || *text == '/' ||
	    (s == SETTING_PIN && is_hex(text)))
		return strdup(text);
	if ((copy = strdup(file)) == NULL)
		return NULL;
	if (asprintf(&path, "%s/%s", dirname(copy), text) == -1)
		path = NULL;
	free(copy);
	return path;
}

/* What it must be, or NULL when text will do. */
static const char *
check_value(enum setting s, const char *text)
{
	size_t	i;

	if (*text == '\0' || strlen(text) > VALUE_MAX)
		return "a value of 1 to 1024 bytes";
	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return "a value without control characters";
	if (s == SETTING_OFFICE && strncmp(text, "https://", 8) != 0)
		return "an https address, as https://127.0.0.1:8443";
	if (s == SETTING_PUBLIC_URL && strncmp(text, "https://", 8) != 0 &&
	    strncmp(text, "http://", 7) != 0)
		return "an https or http address";
	if ((s == SETTING_OFFICE || s == SETTING_PUBLIC_URL) &&
	    text[i - 1] == '/')
		return "an address without a final slash";
	return NULL;
}

static int
value_seen(cfg_t *cfg, cfg_opt_t *opt)
{
	const char	*text, *want;
	enum setting	 s;

	for (s = 0; s < SETTING_N; s++)
		if (strcmp(table[s].name, opt->name) == 0)
			break;
	if (s == SETTING_N)
		return wrong(cfg->line, "%s: not an option", opt->name);
	if (reading.line[s] != 0)
		return wrong(cfg->line, "%s: expected once, found again (the "
		    "first is in line %d)", opt->name, reading.line[s]);
	reading.line[s] = cfg->line;
	if ((text = cfg_opt_getnstr(opt, 0)) == NULL)
		return wrong(cfg->line, "%s: expected a value", opt->name);
	if ((want = check_value(s, text)) != NULL)
		return wrong(cfg->line, "%s: expected %s, found \"%s\"",
		    opt->name, want, text);
	reading.set->value[s] = value_of(s, text, reading.path);
	return reading.set->value[s] != NULL ? 0 :
	    wrong(cfg->line, "out of memory");
}

#define TEXT(n)	{ .name = (n), .type = CFGT_STR, .flags = CFGF_NODEFAULT, \
	.validcb = value_seen }
static cfg_opt_t	file_opts[] = {
	TEXT("office"), TEXT("pin"), TEXT("key"), TEXT("passphrase_file"),
	TEXT("public_url"), TEXT("trust"), CFG_END()
};

/* libconfuse would ask the environment at ${, and stop at a zero byte. */
static int
bytes_right(const struct buf *text)
{
	size_t	i;
	int	line = 1;

	for (i = 0; i < text->len; i++) {
		if (text->p[i] == '\n')
			line++;
		if (text->p[i] == '\0')
			wrong(line, "expected text, found a zero byte");
		else if (text->p[i] == '$' && i + 1 < text->len &&
		    text->p[i + 1] == '{')
			wrong(line, "expected the value itself, found ${: "
			    "the environment is not asked");
	}
	return !reading.failed;
}

static int
file_parse(struct settings *set, const char *path, struct buf *text)
{
	cfg_t	*cfg;

	memset(&reading, 0, sizeof(reading));
	reading.set = set;
	reading.path = path;
	if (!bytes_right(text))
		return -1;
	if (buf_add(text, "", 1) == -1 ||
	    (cfg = cfg_init(file_opts, CFGF_NONE)) == NULL)
		return wrong(0, "out of memory");
	cfg_set_error_function(cfg, syntax_error);
	if (cfg_parse_buf(cfg, (const char *)text->p) != CFG_SUCCESS)
		wrong(cfg->line, "expected an option and its value");
	cfg_free(cfg);
	return reading.failed ? -1 : 0;
}

static int
file_load(struct settings *set, const char *path)
{
	struct buf	text;
	int		fd, rc = -1;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOCTTY)) == -1) {
		say_error("%s: cannot open: %s", path, strerror(errno));
		return -1;
	}
	buf_init(&text, FILE_MAX);
	if (file_mode_firm(fd) == -1)
		say_error("%s: expected a file of root or yourself that "
		    "nobody else may write (chmod go-w)", path);
	else if (file_read_fd(&text, fd) == -1)
		say_error("%s: cannot read (at most %d bytes): %s", path,
		    FILE_MAX, strerror(errno));
	else {
		text.max++;		/* the final zero */
		rc = file_parse(set, path, &text);
	}
	buf_free(&text);
	close(fd);
	return rc;
}

int
settings_load(struct settings *set, const struct opts *opts)
{
	const char	*text, *want, *path = opts_get(opts, OPT_CONFIG);
	enum setting	 s;

	memset(set, 0, sizeof(*set));
	if (path != NULL && file_load(set, path) == -1)
		goto fail;
	for (s = 0; s < SETTING_N; s++) {
		if ((text = opts_get(opts, table[s].opt)) == NULL)
			continue;
		if ((want = check_value(s, text)) != NULL) {
			say_usage("%s: expected %s, found \"%s\"",
			    opts_name(table[s].opt), want, text);
			goto fail;
		}
		free(set->value[s]);
		if ((set->value[s] = strdup(text)) == NULL) {
			say_error("out of memory");
			goto fail;
		}
	}
	return 0;
fail:
	settings_free(set);
	return -1;
}

void
settings_free(struct settings *set)
{
	enum setting	s;

	for (s = 0; s < SETTING_N; s++)
		free(set->value[s]);
	memset(set, 0, sizeof(*set));
}

const char *
settings_need(const struct settings *set, enum setting s)
{
	if (set->value[s] == NULL)
		say_usage("expected %s, found none: give it as %s, or as "
		    "\"%s\" in the file that --config names", table[s].name,
		    opts_name(table[s].opt), table[s].name);
	return set->value[s];
}

int
settings_pin(const struct settings *set, uint8_t out[PIN_LEN])
{
	const char	*text;
	char		 hex[PIN_FILE_MAX + 1];
	struct buf	 file;
	unsigned int	 byte;
	size_t		 i;

	if ((text = settings_need(set, SETTING_PIN)) == NULL)
		return -1;
	if (!is_hex(text)) {
		buf_init(&file, PIN_FILE_MAX);
		if (file_read(&file, text) == -1) {
			say_error("%s: cannot read the office's pin: %s",
			    text, strerror(errno));
			return -1;
		}
		memcpy(hex, file.p, file.len);
		hex[file.len] = '\0';
		hex[strcspn(hex, "\r\n")] = '\0';
		buf_free(&file);
		if (!is_hex(hex)) {
			say_error("%s: expected the SHA-256 of the office's "
			    "key as 64 hex digits in its first line", text);
			return -1;
		}
		text = hex;
	}
	for (i = 0; i < PIN_LEN; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -1;
		out[i] = (uint8_t)byte;
	}
	return 0;
}
