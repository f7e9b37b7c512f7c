/* SPDX-License-Identifier: EUPL-1.2 */
/* Alike: names in the form in which they are compared; see alike.h. */
#include <string.h>

#include "verifier/json.h"

#include "alike.h"

enum {
	LATIN = 0xc0, LATIN_END = 0x24f, MORE = 0x1e00, MORE_END = 0x1eff,
	SPACE = ' ', NOTHING = 0, ITSELF = '.',
	CHARACTER_MAX = 4		/* bytes of a character, or of " en " */
};

/* The letter under the diacritics (Unicode 15, NFKD); ".": as it stands. */
static const char	latin[] =
    "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuu"
    "uytyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkk"
    "kllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuu"
    "wwyyyzzzzzzs................................oo.............u"
    "u...................dddlllnnnaaiioouuuuuuuuuu.aaaa....ggkkoo"
    "oo..jdddgg..nnaa....aaaaeeeeiiiioooorrrruuuusstt..hh......aa"
    "eeooooooooyy............................";
static const char	more[] =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllll"
    "llmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuu"
    "uuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas..s.aaaaaaaaaaaaaaaaaaaa"
    "aaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
    "uuyyyyyyyy......";
_Static_assert(sizeof(latin) - 1 == LATIN_END - LATIN + 1, "all of it");
_Static_assert(sizeof(more) - 1 == MORE_END - MORE + 1, "all of it");

/*
 * As they stand without points, and where: X B.V., Stichting X, Cooperatie X
 * U.A. Only what is no part of a name: not SpA (Beauty Spa), SA or AG.
 */
enum { FRONT = 1, END = 2 };
static const struct {
	const char	*text;
	int		 where;
} forms[] = {
	{ "", 0 },
	{ "bv", FRONT | END }, { "nv", END }, { "vof", FRONT | END },
	{ "cv", END }, { "stichting", FRONT | END },
	{ "vereniging", FRONT | END }, { "cooperatie", FRONT | END },
	{ "maatschap", FRONT | END }, { "eenmanszaak", FRONT | END },
	{ "ua", END }, { "bvba", END }, { "sprl", END }, { "srl", END },
	{ "gmbh", END }, { "ltd", END }, { "limited", END }, { "llp", END },
	{ "llc", END }, { "plc", END }, { "inc", END }, { "sarl", END }
};
enum { FORMS = sizeof(forms) / sizeof(forms[0]), FORM_WORDS_MAX = 3 };

static char
folded(unsigned int c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if (c < 0x20 || (c < 0x80 && strchr(" -/()[]{}:;!?_|\\", (int)c) != NULL))
		return SPACE;
	if (c == 0xa0 || c == 0x2013 || c == 0x2014 || c == 0x2022)
		return SPACE;
	if (c == '.' || c == ',' || c == '\'' || c == '"' || c == '`' ||
	    c == 0xb4 || (c >= 0x2018 && c <= 0x201e) || c == 0x2026)
		return NOTHING;
	if (c >= LATIN && c <= LATIN_END)
		return latin[c - LATIN];
	if (c >= MORE && c <= MORE_END)
		return more[c - MORE];
	return ITSELF;
}

static void
put_space(struct alike *a)
{
	if (a->len > 0 && a->text[a->len - 1] != ' ')
		a->text[a->len++] = ' ';
}

static void
put(struct alike *a, unsigned int c, const uint8_t *p, size_t n)
{
	char	f = folded(c);

	if (c == '&') {
		put_space(a);
		memcpy(a->text + a->len, "en ", 3);
		a->len += 3;
	} else if (f == SPACE)
		put_space(a);
	else if (f == ITSELF) {
		memcpy(a->text + a->len, p, n);
		a->len += n;
	} else if (f != NOTHING)
		a->text[a->len++] = f;
}

/* Add what stands for s. */
static void
fold(struct alike *a, struct km_bytes s)
{
	unsigned int	c;
	size_t		i, n;

	for (i = 0; i < s.len; i += n) {
		if (a->len + CHARACTER_MAX >= ALIKE_MAX)
			break;
		c = km_character(s.p + i, s.len - i, &n);
		put(a, c, s.p + i, n);
	}
	a->whole = a->whole && i >= s.len;
	while (a->len > 0 && a->text[a->len - 1] == ' ')
		a->len--;
	a->text[a->len] = '\0';
}

/* Do the words from to (exclusive) make this, one after the other? */
static int
words_are(const struct alike *a, size_t from, size_t to, const char *form)
{
	for (; from < to; from++) {
		if (strncmp(a->text + a->word[from].at, form,
		    a->word[from].len) != 0)
			return 0;
		form += a->word[from].len;
	}
	return *form == '\0';
}

/* Which form those words are: B V and BV alike. */
static int
form_of(const struct alike *a, size_t from, size_t to, int where)
{
	int	f;

	for (f = 1; f < FORMS; f++)
		if ((forms[f].where & where) != 0 &&
		    words_are(a, from, to, forms[f].text))
			return f;
	return 0;
}

static void
words(struct alike *a)
{
	struct alike_word	*w;
	size_t			 i = 0;

	a->n_words = 0;
	while (i < a->len && a->n_words < ALIKE_WORDS_MAX) {
		w = &a->word[a->n_words++];
		w->at = (uint16_t)i;
		w->letters = 0;
		for (; i < a->len && a->text[i] != ' '; i++)
			w->letters |= UINT32_C(1) << (a->text[i] & 31);
		w->len = (uint16_t)(i - w->at);
		w->weight = w->len;
		i++;
	}
}

static void
form_drop_end(struct alike *a)
{
	size_t	n = a->n_words, k;
	int	f;

	if (n == 0 || a->word[n - 1].at + a->word[n - 1].len != a->len)
		return;		/* more words than are counted */
	for (k = FORM_WORDS_MAX; k > 0; k--) {
		if (n <= k || (f = form_of(a, n - k, n, END)) == 0)
			continue;
		a->form = f;
		a->len = a->word[n - k].at - 1u;
		a->text[a->len] = '\0';
		words(a);
		return;
	}
}

static void
form_drop_front(struct alike *a)
{
	size_t	k, cut;
	int	f;

	for (k = FORM_WORDS_MAX; k > 0; k--) {
		if (a->n_words <= k || (f = form_of(a, 0, k, FRONT)) == 0)
			continue;
		a->form = f;
		cut = a->word[k].at;
		a->len -= cut;
		memmove(a->text, a->text + cut, a->len + 1);
		words(a);
		return;
	}
}

void
alike_name(struct alike *a, struct km_bytes s)
{
	a->len = 0;
	a->form = 0;
	a->whole = 1;
	fold(a, s);
	words(a);
	form_drop_end(a);
	form_drop_front(a);
}

/* In the official name and the one that people use. */
static const struct {
	const char	*official, *used;
} places[] = {
	{ "s gravenhage", "den haag" },
	{ "s hertogenbosch", "den bosch" }
};

static int
same_letters(const char *a, const char *b)
{
	for (;;) {
		while (*a == ' ')
			a++;
		while (*b == ' ')
			b++;
		if (*a != *b)
			return 0;
		if (*a == '\0')
			return 1;
		a++;
		b++;
	}
}

/* The place's words, by the name that people use. */
static void
fold_place(struct alike *a, struct km_bytes s)
{
	size_t	from = a->len, i;

	fold(a, s);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (same_letters(a->text + from, places[i].official)) {
			strcpy(a->text + from, places[i].used);
			a->len = from + strlen(places[i].used);
		}
}

void
alike_place_name(struct alike *a, struct km_bytes s)
{
	a->len = 0;
	a->form = 0;
	a->whole = 1;
	fold_place(a, s);
	words(a);
}

void
alike_again(struct alike *a, struct km_bytes s)
{
	a->len = s.len < ALIKE_MAX ? s.len : ALIKE_MAX - 1;
	a->form = 0;
	a->whole = a->len == s.len;
	memcpy(a->text, s.p, a->len);
	a->text[a->len] = '\0';
	words(a);
}

size_t
alike_place(char out[ALIKE_MAX], struct km_bytes s)
{
	struct alike	a;
	size_t		i, len = 0;

	a.len = 0;
	a.whole = 1;
	fold_place(&a, s);
	for (i = 0; i < a.len; i++)
		if (a.text[i] != ' ')
			out[len++] = a.text[i];
	out[len] = '\0';
	return len;
}

int
alike_same(const struct alike *a, const struct alike *b)
{
	if (a->len == 0 || !a->whole || !b->whole)
		return 0;
	if (a->form != 0 && b->form != 0 && a->form != b->form)
		return 0;
	return same_letters(a->text, b->text);
}

size_t
alike_id(char out[ALIKE_ID_MAX], struct km_bytes s)
{
	size_t	i, len = 0;
	uint8_t	c;

	for (i = 0; i < s.len; i++) {
		c = s.p[i];
		if (c >= 'a' && c <= 'z')
			c = (uint8_t)(c - 'a' + 'A');
		if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			continue;
		if (len == ALIKE_ID_MAX - 1)
			return 0;
		out[len++] = (char)c;
	}
	out[len] = '\0';
	return len;
}
