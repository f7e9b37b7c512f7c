/* SPDX-License-Identifier: EUPL-1.2 */
/* Acts: decisions on their way to the office; see acts.h. */
#include <stdlib.h>
#include <string.h>

#include "ca/record/encode.h"
#include "ca/record/rules.h"

#include "acts.h"
#include "progress.h"
#include "words.h"

enum {
	REQUEST_MAX = 3 * 1024 * 1024,	/* bytes; the office takes 4 MB */
	SHOWN_MAX = 20			/* refusals, unless --verbose */
};

void
acts_free(struct acts *a)
{
	size_t	i;

	for (i = 0; i < a->n; i++) {
		free(a->act[i].bytes);
		free(a->act[i].why);
	}
	free(a->act);
	memset(a, 0, sizeof(*a));
}

/* One more, with a copy of these bytes. */
static struct act *
act_new(struct acts *a, const uint8_t *p, size_t len)
{
	struct act	*more, *act;
	size_t		 cap;

	if (a->n == a->cap) {
		cap = a->cap == 0 ? 256 : 2 * a->cap;
		more = reallocarray(a->act, cap, sizeof(*more));
		if (more == NULL)
			return NULL;
		a->act = more;
		a->cap = cap;
	}
	act = &a->act[a->n];
	memset(act, 0, sizeof(*act));
	if ((act->bytes = malloc(len)) == NULL)
		return NULL;
	memcpy(act->bytes, p, len);
	act->decision_len = len;
	a->n++;
	a->count[ACT_UNSENT]++;
	return act;
}

enum km_err
acts_add(struct acts *a, const struct decision *d, unsigned long line)
{
	struct decision	 read;
	struct act	*act;
	struct buf	 b;
	enum km_err	 err;

	buf_init(&b, DECISION_MAX);
	encode_decision(&b, d);
	err = b.failed ? KM_ERR_LIMIT : decision_decode(&read, b.p, b.len);
	if (err == KM_OK && (act = act_new(a, b.p, b.len)) == NULL)
		err = KM_ERR_FULL;
	if (err == KM_OK) {
		act->line = line;
		memcpy(act->id, read.id, KM_HASH_LEN);
	}
	buf_free(&b);
	return err;
}

enum km_err
acts_add_bytes(struct acts *a, const struct decision *d)
{
	struct act	*act;

	if ((act = act_new(a, d->bytes.p, d->bytes.len)) == NULL)
		return KM_ERR_FULL;
	memcpy(act->id, d->id, KM_HASH_LEN);
	return KM_OK;
}

int
acts_add_signed(struct acts *a, struct km_bytes decision,
    struct km_bytes approval, const uint8_t id[KM_HASH_LEN],
    const struct buf *json)
{
	struct act	*act;
	struct buf	 both;

	buf_init(&both, decision.len + approval.len);
	if (buf_add(&both, decision.p, decision.len) == -1 ||
	    (approval.len > 0 &&
	    buf_add(&both, approval.p, approval.len) == -1) ||
	    (act = act_new(a, both.p, both.len)) == NULL) {
		buf_free(&both);
		return -1;
	}
	buf_free(&both);
	act->decision_len = decision.len;
	act->approval_len = approval.len;
	act->is_list = approval.p == NULL;
	act->json = json;
	memcpy(act->id, id, KM_HASH_LEN);
	return 0;
}

void
acts_decision(const struct acts *a, size_t i, struct decision *out)
{
	/* It was read before it was added. */
	if (decision_decode(out, a->act[i].bytes, a->act[i].decision_len) !=
	    KM_OK)
		abort();
}

static int
act_sign(struct act *act, struct session *s)
{
	struct buf	 b;
	uint8_t		*more;
	int		 rc = -1;

	buf_init(&b, APPROVAL_MAX);
	if (key_approve(s->key, &b, s->you, act->id,
	    (struct km_bytes){ act->bytes, act->decision_len }) == 0 &&
	    (more = realloc(act->bytes, act->decision_len + b.len)) != NULL) {
		act->bytes = more;
		memcpy(more + act->decision_len, b.p, b.len);
		act->approval_len = b.len;
		rc = 0;
	}
	buf_free(&b);
	return rc;
}

int
acts_sign(struct acts *a, struct session *s)
{
	struct progress	p;
	size_t		i;
	int		rc = 0;

	progress_begin(&p, "signing", a->n);
	for (i = 0; i < a->n && rc == 0; i++) {
		rc = act_sign(&a->act[i], s);
		progress_at(&p, i + 1);
	}
	progress_end(&p);
	if (rc == -1)
		say_error("cannot sign: out of memory, or OpenSSL failed");
	return rc;
}

static void
act_encode(struct buf *b, const struct act *act)
{
	const uint8_t	*p = act->bytes;

	encode_array(b, act->json != NULL ? 3 : 2);
	encode_bytes(b, (struct km_bytes){ p, act->decision_len });
	if (act->approval_len > 0)
		encode_bytes(b, (struct km_bytes){ p + act->decision_len,
		    act->approval_len });
	else
		encode_null(b);
	if (act->json != NULL)
		encode_bytes(b, (struct km_bytes){ act->json->p,
		    act->json->len });
}

/* "name: text: detail" of a refusal. */
static char *
refusal_why(struct km_bytes name, struct km_bytes detail)
{
	enum refusal	 r;
	const char	*text = "no explanation";
	char		*why;

	for (r = REFUSAL_NONE; r < REFUSAL_N; r++)
		if (km_bytes_equal(name, km_bytes_of(refusal_name(r))))
			text = refusal_text(r);
	if (asprintf(&why, "%.*s: %s%s%.*s%s", SAY_BYTES(name), text,
	    detail.len > 0 ? " (" : "", SAY_BYTES(detail),
	    detail.len > 0 ? ")" : "") == -1)
		return NULL;
	return why;
}

static void
state_set(struct acts *a, struct act *act, uint64_t acted)
{
	static const enum act_state	states[] = {
		[ACTED_PENDING] = ACT_PENDING, [ACTED_DONE] = ACT_DONE,
		[ACTED_REFUSED] = ACT_REFUSED, [ACTED_ALREADY] = ACT_ALREADY
	};

	a->count[act->state]--;
	act->state = states[acted];
	a->count[act->state]++;
}

static void
marks_read(struct km_cbor *c, struct act *act)
{
	struct km_bytes	mark;
	size_t		i, n;

	n = km_cbor_array(c, 0, SUBJECT_MARKS_MAX);
	for (i = 0; i < n && c->err == KM_OK; i++) {
		mark = km_cbor_ascii(c, KM_NUMBER_LEN, KM_NUMBER_LEN);
		if (c->err == KM_OK)
			memcpy(act->mark, mark.p, KM_NUMBER_LEN);
	}
}

static void
acted_read(struct km_cbor *c, struct acts *a, struct act *act)
{
	struct km_bytes	id, refusal = { NULL, 0 }, detail = { NULL, 0 };
	size_t		left;
	uint64_t	state;

	left = km_cbor_map(c, 2, 8);
	km_cbor_key(c, &left, ACTED_KEY_STATE);
	state = km_cbor_uint(c, ACTED_PENDING, ACTED_ALREADY);
	km_cbor_key(c, &left, ACTED_KEY_ID);
	id = km_cbor_bytes(c, KM_HASH_LEN, KM_HASH_LEN);
	if (c->err == KM_OK && memcmp(id.p, act->id, KM_HASH_LEN) != 0)
		km_cbor_fail(c, KM_ERR_MISMATCH);
	if (km_cbor_opt_key(c, &left, ACTED_KEY_REFUSAL))
		refusal = km_cbor_ascii(c, 1, 64);
	if (km_cbor_opt_key(c, &left, ACTED_KEY_DETAIL))
		detail = km_cbor_text(c, 0, 1024);
	if (km_cbor_opt_key(c, &left, ACTED_KEY_LOG_INDEX))
		act->log_index = km_cbor_uint(c, 0, UINT64_MAX - 1);
	if (km_cbor_opt_key(c, &left, ACTED_KEY_MARKS))
		marks_read(c, act);
	if (km_cbor_opt_key(c, &left, ACTED_KEY_EPOCH))
		km_cbor_uint(c, 0, UINT32_MAX);
	if (km_cbor_opt_key(c, &left, ACTED_KEY_MISSING))
		act->missing = (unsigned int)km_cbor_uint(c, 0, UINT32_MAX);
	km_cbor_close(c, left);
	if (c->err != KM_OK)
		return;
	state_set(a, act, state);
	if (act->state == ACT_REFUSED)
		act->why = refusal_why(refusal, detail);
	else if (act->state != ACT_PENDING && act->log_index >= a->log_size)
		a->log_size = act->log_index + 1;
}

enum km_err
acts_answered(struct acts *a, size_t from, size_t n, struct km_bytes answer)
{
	struct km_cbor	c;
	size_t		i;

	km_cbor_begin(&c, answer.p, answer.len);
	km_cbor_array(&c, n, n);
	for (i = 0; i < n && c.err == KM_OK; i++)
		acted_read(&c, a, &a->act[from + i]);
	return km_cbor_end(&c);
}

/* Send those from..from + n - 1 in one request. */
static int
send_some(struct acts *a, struct session *s, size_t from, size_t n,
    const struct buf *items)
{
	struct buf	ask, answer;
	enum km_err	err;
	int		rc;

	buf_init(&ask, items->len + 16);
	encode_array(&ask, n);
	encode_raw(&ask, (struct km_bytes){ items->p, items->len });
	if (ask.failed) {
		buf_free(&ask);
		return say_error("out of memory");
	}
	rc = session_ask(s, &answer, "/v1/acts",
	    (struct km_bytes){ ask.p, ask.len });
	buf_free(&ask);
	if (rc != CTL_DONE)
		return rc;
	err = acts_answered(a, from, n,
	    (struct km_bytes){ answer.p, answer.len });
	buf_free(&answer);
	return err == KM_OK ? CTL_DONE : session_wrong("/v1/acts", err);
}

int
acts_send(struct acts *a, struct session *s)
{
	struct progress	p;
	struct buf	items;
	size_t		from, to, at;
	int		rc = CTL_DONE;

	buf_init(&items, REQUEST_MAX + SCHEME_JSON_MAX + OFFICERS_MAX);
	progress_begin(&p, "sending", a->n);
	for (from = 0; from < a->n && rc == CTL_DONE; from = to) {
		buf_reset(&items);
		for (to = from; to < a->n && to - from < BATCH_ACTS_MAX &&
		    (to == from || items.len + a->act[to].decision_len +
		    a->act[to].approval_len < REQUEST_MAX); to++)
			act_encode(&items, &a->act[to]);
		rc = items.failed ? say_error("out of memory") :
		    send_some(a, s, from, to - from, &items);
		at = to;
		progress_at(&p, at);
	}
	progress_end(&p);
	buf_free(&items);
	if (rc != CTL_DONE && a->count[ACT_UNSENT] < a->n)
		say_error("%zu of %zu decisions were not answered. Those "
		    "may or may not have arrived: run it again, which "
		    "repeats nothing.", a->count[ACT_UNSENT], a->n);
	return rc;
}

static void
refused_say(const struct act *act, const char *file)
{
	struct decision	 d;
	char		*brief = NULL;
	size_t		 len = 0;
	FILE		*f;

	if (decision_decode(&d, act->bytes, act->decision_len) == KM_OK &&
	    (f = open_memstream(&brief, &len)) != NULL) {
		words_brief(f, &d);
		fclose(f);
	}
	if (file != NULL && act->line > 0)
		say_error("%s:%lu: refused: %s: %s", file, act->line,
		    brief != NULL ? brief : "", act->why);
	else
		say_error("refused: %s: %s", brief != NULL ? brief : "",
		    act->why);
	free(brief);
}

/* How many, and whose approval they need. */
static void
pending_say(const struct acts *a)
{
	unsigned int	missing = 0;
	size_t		i;

	for (i = 0; i < a->n; i++)
		if (a->act[i].state == ACT_PENDING)
			missing |= a->act[i].missing;
	printf("%zu wait%s for approval", a->count[ACT_PENDING],
	    a->count[ACT_PENDING] == 1 ? "s" : "");
	fputs(missing != 0 ? " by: " : "", stdout);
	words_roles(stdout, missing);
	putchar('\n');
}

int
acts_report(const struct acts *a, struct session *s, const char *file)
{
	size_t	i, shown = 0;
	int	all = opts_get(&s->ctl->opts, OPT_VERBOSE) != NULL;

	for (i = 0; i < a->n; i++) {
		if (a->act[i].state != ACT_REFUSED)
			continue;
		if (all || shown < SHOWN_MAX)
			refused_say(&a->act[i], file);
		shown++;
	}
	if (!all && shown > SHOWN_MAX)
		say_error("and %zu more refused; --verbose shows all",
		    shown - SHOWN_MAX);
	if (a->count[ACT_PENDING] > 0)
		pending_say(a);
	if (a->count[ACT_ALREADY] > 0)
		printf("%zu had been carried out before: nothing to do\n",
		    a->count[ACT_ALREADY]);
	if (a->count[ACT_REFUSED] > 0)
		printf("%zu refused\n", a->count[ACT_REFUSED]);
	if (a->count[ACT_UNSENT] > 0)
		printf("%zu not sent\n", a->count[ACT_UNSENT]);
	return a->count[ACT_REFUSED] + a->count[ACT_UNSENT] == 0 ? CTL_DONE :
	    CTL_FAILED;
}
