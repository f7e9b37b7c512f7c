/* SPDX-License-Identifier: EUPL-1.2 */
/* Conf_value: what one value of the configuration may be. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/cbor.h"

#include "conf.h"
#include "conf_value.h"

#define DIGITS	"0123456789"
#define LOWER	"abcdefghijklmnopqrstuvwxyz"

enum { LABEL_MAX = 63, USER_MAX = 32 };

/* A whole number in decimal, 1 to max, without sign or leading zero; or 0. */
static unsigned int
number(const char *text, unsigned int max)
{
	unsigned int	v = 0;
	const char	*p;

	if (*text == '0')
		return 0;
	for (p = text; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (unsigned int)(*p - '0');
		if (v > max)
			return 0;
	}
	return *p == '\0' ? v : 0;
}

/*
 * Labels of RFC 1123 section 2.1 in lower case; an international name is in
 * its A-labels (RFC 5890), which are such labels too.
 */
static int
host_ok(const char *text, size_t len)
{
	size_t	label = 0, dots = 0, i;
	int	letter = 0;

	if (len == 0 || len > CONF_HOST_MAX)
		return 0;
	for (i = 0; i < len; i++) {
		if (text[i] == '.') {
			if (label == 0 || text[i - 1] == '-')
				return 0;
			label = 0;
			letter = 0;
			dots++;
			continue;
		}
		if (memchr(LOWER DIGITS "-", text[i],
		    sizeof(LOWER DIGITS "-") - 1) == NULL)
			return 0;
		if ((text[i] == '-' && label == 0) || ++label > LABEL_MAX)
			return 0;
		letter |= text[i] >= 'a';
	}
	/* The last label has a letter, or it would be an IPv4 address. */
	return dots > 0 && label > 0 && text[len - 1] != '-' && letter;
}

const char *
conf_value_host(const char *text)
{
	return host_ok(text, strlen(text)) ? NULL :
	    "a host name of lower-case A-labels, as keurmerk.example";
}

const char *
conf_value_path(const char *text)
{
	const unsigned char	*p = (const unsigned char *)text;

	if (*p == '\0' || strlen(text) > CONF_PATH_MAX)
		return "a path of 1 to 1024 bytes";
	/* What would have to be escaped when it is printed again. */
	for (; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f || *p == '"' || *p == '\\' ||
		    *p == '$')
			return "a path without control characters, \", \\ "
			    "and $";
	return NULL;
}

/* The part after the host: nothing, or a port, or a path, or both. */
static int
url_rest_ok(const char *p)
{
	static const char	plain[] = LOWER DIGITS
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-._~/%:@!&'()*+,;=";
	unsigned int		port = 0;

	if (*p == ':') {
		for (p++; *p >= '0' && *p <= '9' && port <= UINT16_MAX; p++)
			port = port * 10 + (unsigned int)(*p - '0');
		if (port == 0 || port > UINT16_MAX)
			return 0;
	}
	return *p == '\0' || (*p == '/' && p[strspn(p, plain)] == '\0');
}

const char *
conf_value_url(const char *text)
{
	static const char	want[] = "an https address (http only for "
	    "127.0.0.1, [::1] or localhost)";
	static const char	*const local[] = {
		"http://127.0.0.1", "http://[::1]", "http://localhost"
	};
	const char		*host;
	size_t			 i, len;

	if (strlen(text) > CONF_URL_MAX)
		return want;
	for (i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		len = strlen(local[i]);
		if (strncmp(text, local[i], len) == 0)
			return url_rest_ok(text + len) ? NULL : want;
	}
	len = sizeof("https://") - 1;
	if (strncmp(text, "https://", len) != 0)
		return want;
	host = text + len;
	len = strcspn(host, ":/");
	return host_ok(host, len) && url_rest_ok(host + len) ? NULL : want;
}

int
conf_address(struct sockaddr_storage *out, socklen_t *out_len,
    const char *text)
{
	struct sockaddr_in	in = { .sin_family = AF_INET };
	struct sockaddr_in6	in6 = { .sin6_family = AF_INET6 };
	char			host[INET6_ADDRSTRLEN];
	const char		*end, *port;
	unsigned int		n;
	size_t			len;
	int			v6 = *text == '[';

	if (v6)
		text++;
	if ((end = strchr(text, v6 ? ']' : ':')) == NULL)
		return -1;
	len = (size_t)(end - text);
	port = v6 ? end + 1 : end;
	if (len >= sizeof(host) || *port != ':' ||
	    (n = number(port + 1, UINT16_MAX)) == 0)
		return -1;
	memcpy(host, text, len);
	host[len] = '\0';
	memset(out, 0, sizeof(*out));
	if (v6) {
		if (inet_pton(AF_INET6, host, &in6.sin6_addr) != 1)
			return -1;
		in6.sin6_port = htons((uint16_t)n);
		memcpy(out, &in6, sizeof(in6));
		*out_len = sizeof(in6);
	} else {
		if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
			return -1;
		in.sin_port = htons((uint16_t)n);
		memcpy(out, &in, sizeof(in));
		*out_len = sizeof(in);
	}
	return 0;
}

const char *
conf_value_listen(const char *text)
{
	struct sockaddr_storage	ss;
	socklen_t		len;

	return conf_address(&ss, &len, text) == 0 ? NULL :
	    "an address and a port, as 127.0.0.1:8443 or [::1]:8443, "
	    "port 1 to 65535";
}

const char *
conf_value_words(const char *text)
{
	size_t	len = strlen(text);

	/* The repertoire of what is signed, less what print would escape. */
	if (len == 0 || len > CONF_WORDS_MAX || text[strcspn(text, "\"\\$")] !=
	    '\0' || !km_is_text((struct km_bytes){ (const uint8_t *)text,
	    len }))
		return "1 to 120 bytes in Latin letters, as UTF-8, without "
		    "\", \\ and $";
	return NULL;
}

/* A dot-atom (RFC 5322 section 3.2.3) at a host. */
const char *
conf_value_mail(const char *text)
{
	static const char	atom[] = LOWER DIGITS
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#%&'*+-/=?^_`{|}~.";
	size_t			n = strspn(text, atom), len = strlen(text);

	if (n == 0 || n > 64 || text[0] == '.' || text[n - 1] == '.' ||
	    text[n] != '@' || len > CONF_MAIL_MAX ||
	    !host_ok(text + n + 1, len - n - 1))
		return "a mail address, as info@keurmerk.example";
	return NULL;
}

const char *
conf_value_phone(const char *text)
{
	size_t	len = strlen(text);

	/* ITU-T E.123, which anyone can dial from anywhere. */
	if (len < 5 || len > CONF_PHONE_MAX || text[0] != '+' ||
	    text[1 + strspn(text + 1, DIGITS " ")] != '\0' ||
	    text[len - 1] == ' ')
		return "a telephone number with country, as +31 88 123 45 67";
	return NULL;
}

/* RFC 9116 section 2.5.3 */
const char *
conf_value_contact(const char *text)
{
	static const char	want[] = "mailto: and a mail address, or an "
	    "https address";

	if (strncmp(text, "mailto:", 7) == 0)
		return conf_value_mail(text + 7) == NULL ? NULL : want;
	return strncmp(text, "https:", 6) == 0 &&
	    conf_value_url(text) == NULL ? NULL : want;
}

const char *
conf_value_user(const char *text)
{
	size_t	len = strlen(text);

	if (len == 0 || len > USER_MAX || strchr(LOWER "_", *text) == NULL ||
	    strspn(text, LOWER DIGITS "_-") != len)
		return "the name of a user, as keurmerk-signer";
	if (strcmp(text, "root") == 0)
		return "a user with fewer rights than root";
	return NULL;
}

const char *
conf_value_connections(unsigned int *out, const char *text)
{
	unsigned int	n;

	if ((n = number(text, CONF_CONNECTIONS_MAX)) == 0)
		return "a number from 1 to 16384";
	*out = n;
	return NULL;
}
