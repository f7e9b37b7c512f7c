/* SPDX-License-Identifier: EUPL-1.2 */
/* Names of firms, as people type them. */
#include <string.h>

#include "verifier/cli/names.h"
#include "verifier/json.h"

enum { LATIN = 0xc0, LATIN_END = 0x24f, MORE = 0x1e00, MORE_END = 0x1eff };

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

/* What stands for it: a letter, a space, 0 for nothing, '.' for itself. */
static char
folded(unsigned int c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	if (c == ' ' || c == '-' || c == 0xa0 || c == 0x2013 || c == 0x2014)
		return ' ';
	if (c == '.' || c == ',' || c == '\'' || c == '"' || c == '`' ||
	    (c >= 0x2018 && c <= 0x201e))
		return 0;
	if (c >= LATIN && c <= LATIN_END)
		return latin[c - LATIN];
	if (c >= MORE && c <= MORE_END)
		return more[c - MORE];
	return '.';
}

void
cli_name(char out[CLI_NAME_MAX], struct km_bytes s)
{
	unsigned int	c;
	size_t		i, n, len = 0;
	char		f;

	for (i = 0; i < s.len && len + 5 < CLI_NAME_MAX; i += n) {
		c = km_character(s.p + i, s.len - i, &n);
		f = folded(c);
		if (f == 0 || (f == ' ' && (len == 0 || out[len - 1] == ' ')))
			continue;
		if (f == '.') {
			memcpy(out + len, s.p + i, n);
			len += n;
		} else
			out[len++] = f;
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

unsigned int
cli_name_alike(const char *a, const char *b)
{
	unsigned char	used[CLI_NAME_MAX] = { 0 };
	size_t		la = strlen(a), lb = strlen(b), i, k, both = 0;

	if (la < 2 || lb < 2)
		return 0;
	for (i = 0; i + 1 < la; i++)
		for (k = 0; k + 1 < lb && k < CLI_NAME_MAX; k++)
			if (!used[k] && memcmp(a + i, b + k, 2) == 0) {
				used[k] = 1;
				both++;
				break;
			}
	return (unsigned int)(2000 * both / (la + lb - 2));
}
