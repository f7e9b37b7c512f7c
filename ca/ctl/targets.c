/* SPDX-License-Identifier: EUPL-1.2 */
/* Targets: what a verb is about; see targets.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "targets.h"

enum { TARGETS_MAX = 1000000, LINE_LEN = 256, SHOWN_MAX = 20 };

static int
by_name(const void *a, const void *b, void *subject)
{
	const struct subject	*s = subject;

	return strcmp(s[*(const size_t *)a].name, s[*(const size_t *)b].name);
}

static int
add(struct targets *t, const char *name, unsigned long line)
{
	size_t	 cap = t->n == 0 ? 64 : 2 * t->n;
	void	*p;

	if (t->n == TARGETS_MAX)
		return say_error("expected at most %d, found more",
		    TARGETS_MAX);
	if ((t->n & (t->n - 1)) == 0 && (t->n == 0 || t->n >= 64)) {
		if ((p = reallocarray(t->subject, cap,
		    sizeof(*t->subject))) == NULL)
			return say_error("out of memory");
		t->subject = p;
		if ((p = reallocarray(t->line, cap, sizeof(*t->line))) ==
		    NULL)
			return say_error("out of memory");
		t->line = p;
	}
	memset(&t->subject[t->n], 0, sizeof(*t->subject));
	snprintf(t->subject[t->n].name, sizeof(t->subject[t->n].name), "%s",
	    name);
	t->line[t->n++] = line;
	return CTL_DONE;
}

/* As the authority writes it; -1 when text names none. */
static int
name_of(char out[SUBJECT_MAX + 1], enum target_kind kind, const char *text)
{
	size_t	i, len = strlen(text);

	if (kind == TARGET_PROVIDER)
		return field_holder(out, km_bytes_of(text));
	if (len != KM_NUMBER_LEN)
		return -1;
	for (i = 0; i <= len; i++)
		out[i] = (char)toupper((unsigned char)text[i]);
	return km_number_valid(km_bytes_of(out)) ? 0 : -1;
}

static int
add_text(struct targets *t, enum target_kind kind, const char *text,
    unsigned long line)
{
	const char	*want = kind == TARGET_MARK ? "a mark's number with "
			    "its check character, as KM-2026-000123-P" :
			    "a KVK number of 8 digits, or a holder's "
			    "identifier as NTRNL-12345678";
	char		 name[SUBJECT_MAX + 1];

	if (name_of(name, kind, text) == 0)
		return add(t, name, line);
	if (line > 0)
		say_error("%s:%lu: expected %s, found \"%s\"", t->file, line,
		    want, text);
	else
		say_usage("expected %s, found \"%s\"", want, text);
	return CTL_USAGE;
}

/* One name a line; empty lines and what stands behind # are passed over. */
static int
file_lines(struct targets *t, enum target_kind kind, FILE *f)
{
	char		 buf[LINE_LEN], *p, *end;
	unsigned long	 line = 0;
	size_t		 wrong = 0;
	int		 rc = CTL_DONE;

	while (rc == CTL_DONE && fgets(buf, sizeof(buf), f) != NULL) {
		line++;
		if (strchr(buf, '\n') == NULL && !feof(f))
			return say_error("%s:%lu: expected a line of at most "
			    "%d bytes", t->file, line, LINE_LEN - 2);
		buf[strcspn(buf, "#\r\n")] = '\0';
		for (p = buf; *p == ' ' || *p == '\t'; p++)
			;
		for (end = p + strlen(p); end > p && (end[-1] == ' ' ||
		    end[-1] == '\t'); end--)
			end[-1] = '\0';
		if (*p == '\0')
			continue;
		if ((rc = add_text(t, kind, p, line)) == CTL_USAGE &&
		    ++wrong < SHOWN_MAX)
			rc = CTL_DONE;
	}
	if (ferror(f))
		return say_error("%s: cannot read: %s", t->file,
		    strerror(errno));
	return wrong > 0 ? CTL_FAILED : rc;
}

static int
from_file(struct targets *t, enum target_kind kind)
{
	FILE	*f;
	int	 rc;

	if ((f = fopen(t->file, "re")) == NULL)
		return say_error("%s: cannot open: %s", t->file,
		    strerror(errno));
	rc = file_lines(t, kind, f);
	fclose(f);
	if (rc == CTL_DONE && t->n == 0)
		return say_error("%s: expected one in each line, found none",
		    t->file);
	return rc;
}

/* Twice the same would be two decisions where one was meant. */
static int
each_once(const struct targets *t)
{
	char	 text[512];
	size_t	*order, i, wrong = 0;

	if ((order = calloc(t->n + 1, sizeof(*order))) == NULL)
		return say_error("out of memory");
	for (i = 0; i < t->n; i++)
		order[i] = i;
	qsort_r(order, t->n, sizeof(*order), by_name, t->subject);
	for (i = 1; i < t->n; i++)
		if (strcmp(t->subject[order[i]].name,
		    t->subject[order[i - 1]].name) == 0 &&
		    ++wrong <= SHOWN_MAX)
			say_error("%sexpected each once, found %s again",
			    targets_at(text, t, order[i]),
			    t->subject[order[i]].name);
	free(order);
	return wrong > 0 ? CTL_FAILED : CTL_DONE;
}

int
targets_read(struct targets *t, const struct ctl *ctl, enum target_kind kind)
{
	int	rc = CTL_DONE;
	size_t	i;

	memset(t, 0, sizeof(*t));
	t->file = opts_get(&ctl->opts, OPT_LIST);
	t->all = opts_get(&ctl->opts, OPT_ALL) != NULL;
	if ((ctl->n_words > 0) + (t->file != NULL) + t->all != 1)
		return say_usage("expected %s, or a file of them with "
		    "--list%s: one of these", kind == TARGET_MARK ?
		    "mark numbers" : "providers", kind == TARGET_PROVIDER ?
		    ", or --all" : "");
	if (t->file != NULL)
		rc = from_file(t, kind);
	for (i = 0; i < ctl->n_words && rc == CTL_DONE; i++)
		rc = add_text(t, kind, ctl->word[i], 0);
	return rc == CTL_DONE ? each_once(t) : rc;
}

void
targets_free(struct targets *t)
{
	free(t->subject);
	free(t->line);
	memset(t, 0, sizeof(*t));
}

const char *
targets_at(char text[512], const struct targets *t, size_t i)
{
	text[0] = '\0';
	if (t->file != NULL)
		snprintf(text, 512, "%s:%lu: ", t->file, t->line[i]);
	return text;
}
