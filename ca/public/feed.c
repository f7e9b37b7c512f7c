/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Feeds (Atom, RFC 4287): the latest changes of the register, and the whole
 * history of one mark. An entry's id never changes: it names what happened in
 * the history of one attestation.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ca/record/scheme.h"
#include "verifier/json.h"

#include "model.h"
#include "register_change.h"
#include "words.h"
#include "xml.h"

enum { ENTRIES_MAX = 100 };

/* One thing that happened. */
struct entry {
	const struct mark *mark;
	enum km_event_kind kind;
	int64_t		 at;
	int		 reason;
};

/* What is being written. */
struct feed {
	struct buf	*out;
	const struct site *site;
	enum lang	 lang;
	char		 path[ASK_PATH_MAX];	/* its own */
};

static void
text(struct feed *f, const char *s)
{
	xml_text(f->out, km_bytes_of(s));
}

static void
raw(struct feed *f, const char *s)
{
	buf_add(f->out, s, strlen(s));
}

/* A word by its key; the key when it has none. */
static void
word(struct feed *f, const char *group, const char *name)
{
	char		 key[WORDS_KEY_MAX];
	const char	*found;

	snprintf(key, sizeof(key), "%s.%s", group, name);
	found = words_get(f->lang, key);
	text(f, found == NULL ? name : found);
}

static void
time_of(struct feed *f, const char *element, int64_t at)
{
	char	iso[KM_ISO_MAX];

	km_iso_time(iso, at);
	buf_printf(f->out, "<%s>%s</%s>", element, iso, element);
}

/* In place of production: not to be taken for real. */
static void
notice(struct feed *f)
{
	json_t		*both = model_notice(f->site);
	const char	*s;

	s = json_string_value(json_object_get(both, f->lang == LANG_NL ?
	    "nl" : "en"));
	if (s != NULL) {
		text(f, s);
		raw(f, " ");
	}
	json_decref(both);
}

static void
page_link(struct feed *f, struct km_bytes number)
{
	raw(f, "<link rel=\"alternate\" type=\"text/html\" href=\"");
	text(f, f->site->conf->issuer);
	raw(f, f->lang == LANG_EN ? "/en/" : "/");
	xml_text(f->out, number);
	raw(f, "\"/>");
}

static void
entry_write(struct feed *f, const struct entry *e)
{
	const struct km_attestation	*a = &e->mark->a;
	const char			*kind = km_event_name(e->kind);
	const char			*reason = model_reason_name(e->reason);

	raw(f, "<entry><id>");
	text(f, f->site->conf->issuer);
	raw(f, "/");
	xml_text(f->out, a->number);
	buf_printf(f->out, "#%s-%" PRId64 "</id><title>", kind, e->at);
	notice(f);
	word(f, "events", kind);
	raw(f, ": ");
	xml_text(f->out, a->legal_name);
	raw(f, " (");
	xml_text(f->out, a->number);
	raw(f, ")</title>");
	time_of(f, "updated", e->at);
	page_link(f, a->number);
	buf_printf(f->out, "<category term=\"%s\"/><summary>", kind);
	xml_text(f->out, a->legal_name);
	raw(f, ", ");
	xml_text(f->out, a->place);
	raw(f, a->kvk.len > 0 ? ", KVK " : ", ");
	xml_text(f->out, a->kvk.len > 0 ? a->kvk : a->sub);
	raw(f, ".");
	if (reason != NULL) {
		raw(f, " ");
		word(f, "feed", "reason");
		raw(f, ": ");
		word(f, "reasons", reason);
		raw(f, ".");
	}
	raw(f, "</summary></entry>\n");
}

static void
head(struct feed *f, const char *title, int64_t updated)
{
	raw(f, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
	raw(f, lang_code(f->lang));
	raw(f, "\"><id>");
	xml_printf(f->out, "%s%s", f->site->conf->issuer, f->path);
	raw(f, "</id><title>");
	notice(f);
	text(f, title);
	raw(f, "</title>");
	time_of(f, "updated", updated);
	raw(f, "<author><name>");
	text(f, f->site->conf->host);
	raw(f, "</name></author><link rel=\"self\" "
	    "type=\"application/atom+xml\" href=\"");
	xml_printf(f->out, "%s%s", f->site->conf->issuer, f->path);
	raw(f, "\"/>");
}

/* 1; 0 after a problem. */
static int
begin(struct feed *f, struct answer *a, const struct site *s,
    const struct ask *ask)
{
	if (s->epoch == NULL || s->reg == NULL) {
		answer_problem(a, 503, "Service Unavailable", "There is no "
		    "verified register here at the moment; try again in a "
		    "minute.");
		return 0;
	}
	a->type = "application/atom+xml; charset=utf-8";
	a->cache = "max-age=300";
	a->flags |= ANSWER_OPEN;
	if (s->conf->environment != CONF_PRODUCTION)
		a->flags |= ANSWER_NOINDEX;
	f->out = &a->body;
	f->site = s;
	f->lang = ask->lang;
	snprintf(f->path, sizeof(f->path), "%s", ask->path);
	return 1;
}

/* The same act upon another attestation of the same mark. */
static int
is_told(const struct reg_change *c, size_t n, const struct reg_change *one)
{
	size_t	i;

	for (i = 0; i < n; i++)
		if (c[i].mark == one->mark && c[i].event.at == one->event.at &&
		    c[i].event.kind == one->event.kind)
			return 1;
	return 0;
}

/* GET /feed.xml: the newest first */
void
feed_changes(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct reg_change	c[ENTRIES_MAX];
	struct entry		e;
	struct mark		m;
	struct feed		f;
	const char		*title;
	size_t			total;

	(void)args;
	if (!begin(&f, a, s, ask))
		return;
	total = reg_changes_count(s->reg, 0);
	n = reg_changes(c, ENTRIES_MAX, total > ENTRIES_MAX ? total -
	    ENTRIES_MAX : 0, s->reg, 0);
	title = words_get(f.lang, "feed.title");
	head(&f, title == NULL ? "Register" : title, n > 0 ?
	    c[n - 1].event.at : s->epoch->this_update);
	raw(&f, "\n");
	while (n-- > 0) {
		if (is_told(c, n, &c[n]) ||
		    reg_mark(&m, s->reg, c[n].mark, ask->now) == -1)
			continue;
		e = (struct entry){ &m, c[n].event.kind, c[n].event.at,
		    c[n].event.reason };
		entry_write(&f, &e);
	}
	raw(&f, "</feed>\n");
}

/* GET /feed/{number}.xml: all of it, the newest first */
void
feed_mark(struct answer *a, const struct site *s, const struct ask *ask,
    const char *const *args, size_t n)
{
	struct entry	e;
	struct mark	m;
	struct feed	f;
	char		title[KM_NUMBER_LEN + KM_TEXT_MAX + 8];
	int64_t		i;
	size_t		k;

	(void)n;
	if (!begin(&f, a, s, ask))
		return;
	i = reg_find(s->reg, km_bytes_of(args[0]));
	if (i < 0 || reg_mark(&m, s->reg, (uint32_t)i, ask->now) == -1) {
		answer_problem(a, 404, "Not Found",
		    "There is no mark of this number in the register.");
		return;
	}
	a->until = m.until;
	snprintf(title, sizeof(title), "%s: %.*s", args[0],
	    (int)m.a.legal_name.len, (const char *)m.a.legal_name.p);
	head(&f, title, m.n_events > 0 ? m.event[m.n_events - 1].at :
	    s->epoch->this_update);
	page_link(&f, m.a.number);
	raw(&f, "\n");
	for (k = m.n_events; k-- > 0;) {
		e = (struct entry){ &m, m.event[k].kind, m.event[k].at,
		    m.event[k].reason };
		entry_write(&f, &e);
	}
	raw(&f, "</feed>\n");
}
