/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a buyer asks by: the number of a mark, of its holder, or a website, as
 * they stand in spreadsheets and files. A number that was mended is asked and
 * said to be mended; one that may be something else is not guessed at.
 */
#include <stdarg.h>
#include <string.h>

#include "verifier/attestation.h"
#include "verifier/cli/batch.h"
#include "verifier/cli/kvk.h"

enum { NAME_LEN = 256 };

int
batch_fail(struct batch_answer *a, enum batch_why why, const char *fmt, ...)
{
	va_list	ap;

	a->why = why;
	va_start(ap, fmt);
	vsnprintf(a->detail, sizeof(a->detail), fmt, ap);
	va_end(ap);
	return 0;
}

int
batch_ask_also(struct batch_answer *a, struct km_bytes *of_all,
    struct km_bytes own, const char *name)
{
	if (of_all->len > 0 && !km_bytes_equal(*of_all, own))
		return batch_fail(a, BATCH_MEMBER, cli_word("%s: verwacht "
		    "dezelfde als van alle regels wordt gevraagd", "%s: "
		    "expected the same as is asked of all rows"), name);
	*of_all = own;
	return 1;
}

static void
ask(struct batch_answer *a, enum batch_by by, const char *text)
{
	snprintf(a->asked_text, sizeof(a->asked_text), "%s", text);
	a->by = by;
	a->asked = cli_bytes(a->asked_text);
}

/* Upper case, and as text with a NUL; 0 when it is longer than max. */
static int
upper(char *out, size_t cap, struct km_bytes s)
{
	size_t	i;

	if (s.len >= cap)
		return 0;
	for (i = 0; i < s.len; i++)
		out[i] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ?
		    s.p[i] - 'a' + 'A' : s.p[i]);
	out[s.len] = '\0';
	return 1;
}

int
batch_ask_number(struct batch_answer *a, struct km_bytes cell)
{
	char		text[32];
	struct km_bytes	s = cell_trim(cell);

	a->given = cell;
	if (!upper(text, sizeof(text), s) ||
	    !km_number_valid(cli_bytes(text)))
		return batch_fail(a, BATCH_NOT_NUMBER, "%s", "");
	ask(a, BATCH_BY_NUMBER, text);
	return 1;
}

/* Behind "KVK", "KvK-nummer:" and the like, which stands there for people. */
static struct km_bytes
behind_word(struct km_bytes s)
{
	size_t	i = 0;

	if (s.len < 3 || (s.p[0] | 0x20) != 'k' || (s.p[1] | 0x20) != 'v' ||
	    (s.p[2] | 0x20) != 'k')
		return s;
	while (i < s.len && (s.p[i] < '0' || s.p[i] > '9'))
		i++;
	return (struct km_bytes){ s.p + i, s.len - i };
}

/*
 * A KVK number, with the zero in front that a spreadsheet took, or what it
 * may be instead.
 */
static int
ask_kvk(struct batch_answer *a, const char *text, size_t len)
{
	char	kvk[CLI_KVK_LEN + 1];

	switch (cli_kvk(kvk, text, len)) {
	case CLI_KVK_SEVEN:
		a->remarks |= BATCH_PROPOSED;
		ask(a, BATCH_BY_HOLDER, kvk);
		return 1;
	case CLI_KVK_GOOD:
		ask(a, BATCH_BY_HOLDER, kvk);
		return 1;
	case CLI_KVK_RSIN:
		return batch_fail(a, BATCH_RSIN, "%s", "");
	case CLI_KVK_BRANCH:
		return batch_fail(a, BATCH_BRANCH, "%s", "");
	case CLI_KVK_OTHER:
		break;
	}
	return batch_fail(a, BATCH_NOT_KVK, "%s", "");
}

int
batch_ask_holder(struct batch_answer *a, struct km_bytes cell)
{
	char		text[64], digits[CELL_DIGITS_MAX];
	struct km_bytes	s = cell_trim(cell), bare = behind_word(s);
	int		cleaned = 0, good = 0;

	a->given = cell;
	switch (cell_number(digits, &cleaned, bare)) {
	case CELL_DIGITS:
		good = ask_kvk(a, digits, strlen(digits));
		break;
	case CELL_ROUNDED:
		return batch_fail(a, BATCH_ROUNDED, "%s", "");
	case CELL_FRACTION:
		return batch_fail(a, BATCH_NOT_KVK, "%s", "");
	case CELL_TEXT:
		if (upper(text, sizeof(text), s) &&
		    km_is_party(cli_bytes(text))) {
			ask(a, BATCH_BY_HOLDER, text);
			return 1;
		}
		cleaned = 1;
		good = ask_kvk(a, (const char *)bare.p, bare.len);
		break;
	}
	if (good && (cleaned || bare.len != s.len))
		a->remarks |= BATCH_CLEANED;
	return good;
}

int
batch_ask_host(struct batch_answer *a, struct km_bytes cell)
{
	char	host[CELL_HOST_MAX];

	a->given = cell;
	if (!cell_host(host, cell))
		return batch_fail(a, BATCH_NOT_HOST, "%s", "");
	ask(a, BATCH_BY_HOST, host);
	return 1;
}

/* Letters and digits, small: what is left of a name to be compared. */
static size_t
plain(char out[NAME_LEN], struct km_bytes s)
{
	size_t	i, n = 0;
	uint8_t	c;

	for (i = 0; i < s.len && n < NAME_LEN - 1; i++) {
		c = s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    (uint8_t)(s.p[i] + 0x20) : s.p[i];
		if (c >= 0x80 || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9'))
			out[n++] = (char)c;
	}
	out[n] = '\0';
	return n;
}

/* "Voorbeeld" and "Voorbeeld ICT B.V." may well be one. */
static int
same_name(const char *a, size_t len, struct km_bytes name)
{
	char	b[NAME_LEN];
	size_t	n = plain(b, name);

	return n > 0 && len > 0 &&
	    (strstr(a, b) != NULL || strstr(b, a) != NULL);
}

/* What the spreadsheet says beside the number, against what is signed. */
static void
compare(struct batch_answer *a)
{
	const struct km_attestation	*t = &a->report.attestation;
	struct km_bytes			 cell;
	char				 name[NAME_LEN];
	char				 host[CELL_HOST_MAX];
	size_t				 i, len;
	int				 found;

	if (!a->judged || !a->report.vouched)
		return;
	len = plain(name, a->name);
	found = len == 0 || same_name(name, len, t->legal_name);
	for (i = 0; i < t->n_trade_names; i++)
		found |= same_name(name, len, t->trade_name[i]);
	a->remarks |= found ? 0 : BATCH_OTHER_NAME;
	cell = cell_trim(a->row->cell[COLUMN_HOST]);
	found = cell.len == 0;
	if (!found && cell_host(host, cell))
		for (i = 0; i < t->n_hosts; i++)
			found |= t->host[i].len == strlen(host) &&
			    memcmp(t->host[i].p, host, t->host[i].len) == 0;
	a->remarks |= found ? 0 : BATCH_OTHER_HOST;
}

/*
 * A mark number and a holder: is this the mark of that holder? Then the
 * holder is a demand; alone, each is what is asked by.
 */
void
batch_ask_cells(struct batch *b, struct batch_answer *a)
{
	const struct km_bytes	*cell = a->row->cell;
	struct km_bytes		 number = cell_trim(cell[COLUMN_NUMBER]);
	struct km_bytes		 kvk = cell_trim(cell[COLUMN_KVK]);
	struct km_bytes		 host = cell_trim(cell[COLUMN_HOST]);
	int			 good;

	a->id = cell_trim(cell[COLUMN_ID]);
	a->name = cell_trim(cell[COLUMN_NAME]);
	if (number.len > 0 && kvk.len > 0) {
		good = batch_ask_holder(a, kvk);
		memcpy(a->holder_text, a->asked_text, CELL_HOST_MAX);
		good = good && batch_ask_number(a, number) &&
		    batch_ask_also(a, &a->policy.holder,
		    cli_bytes(a->holder_text), "holder");
	} else if (number.len > 0)
		good = batch_ask_number(a, number);
	else if (kvk.len > 0)
		good = batch_ask_holder(a, kvk);
	else if (host.len > 0)
		good = batch_ask_host(a, host);
	else
		good = batch_fail(a, BATCH_NO_KEY, "%s", "");
	if (good) {
		batch_look_up(b, a);
		compare(a);
	}
}
