/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * keurmerk sync --site: the badge that a holder publishes on its own site, at
 * /.well-known/keurmerk (RFC 8615). What comes is looked at for its form and
 * put into a file; nothing is believed of it here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verifier/cli/sync.h"

#define WELL_KNOWN	".well-known/keurmerk"

enum { PATH_LEN = 4096 };

/* https://HOST and nothing behind it: where HOST begins, or NULL. */
static const char *
host_of(const char *site)
{
	const char	*at = strstr(site, "://");

	return at == NULL || at[3] == '\0' || strpbrk(at + 3, "/?#@") != NULL ?
	    NULL : at + 3;
}

/* Whole, or not at all: what stood there stays until then. */
static int
put(struct sync *s, const char *path, const struct cli_file *f)
{
	char	temp[PATH_LEN];
	size_t	done = 0;
	ssize_t	n;
	int	fd, saved;

	if (strlen(path) + sizeof(".XXXXXX") > sizeof(temp))
		return sync_say(s, SYNC_ERROR, "%s: %s", path,
		    strerror(ENAMETOOLONG));
	strcpy(temp, path);
	strcat(temp, ".XXXXXX");
	if ((fd = mkstemp(temp)) == -1)
		return sync_say(s, SYNC_ERROR, "%s: %s", path,
		    strerror(errno));
	for (; done < f->len; done += (size_t)n)
		if ((n = write(fd, f->p + done, f->len - done)) <= 0)
			break;
	if (done == f->len && fsync(fd) == 0 && close(fd) == 0) {
		if (rename(temp, path) == 0)
			return SYNC_OK;
		fd = -1;
	}
	saved = errno;
	if (fd != -1)
		close(fd);
	(void)unlink(temp);
	return sync_say(s, SYNC_ERROR, "%s: %s", path, strerror(saved));
}

static int
take(struct sync *s, const struct sync_answer *a, const char *site,
    const char *path)
{
	struct km_unverified	u;
	enum km_err		err;
	int			rc;

	if (a->what == SYNC_ABSENT)
		return sync_say(s, SYNC_ERROR, cli_word("%s: publiceert geen "
		    "keurmerkbadge op /" WELL_KNOWN, "%s: publishes no badge "
		    "at /" WELL_KNOWN), site);
	if (a->what == SYNC_FAILED)
		return sync_say(s, SYNC_ERROR, "%s/" WELL_KNOWN ": %s", site,
		    a->why);
	err = km_look(&u, a->file.p, a->file.len);
	if (err != KM_OK)
		return sync_say(s, err == KM_ERR_NO_BADGE ? SYNC_ERROR :
		    KM_MALFORMED, cli_word("%s/" WELL_KNOWN ": verwacht een "
		    "keurmerkbadge, gevonden iets anders (%s)", "%s/"
		    WELL_KNOWN ": expected a badge, found something else "
		    "(%s)"), site, km_err_name(err));
	if ((rc = put(s, path, &a->file)) != SYNC_OK)
		return rc;
	printf(cli_word("%s: opgehaald, %.*s. Er is nog niets gecontroleerd: "
	    "keurmerk verify --origin %s %s\n", "%s: fetched, %.*s. Nothing "
	    "was checked yet: keurmerk verify --origin %s %s\n"), path,
	    (int)u.attestation.number.len,
	    (const char *)u.attestation.number.p, host_of(site), path);
	return SYNC_OK;
}

int
sync_site(struct sync *s, const char *site, const char *path,
    const char *cafile, long seconds)
{
	struct sync_answer	a;
	int			rc;

	if (host_of(site) == NULL)
		return sync_say(s, SYNC_ERROR, cli_word("--site: verwacht "
		    "https://HOST, gevonden \"%s\"", "--site: expected "
		    "https://HOST, found \"%s\""), site);
	if ((rc = sync_source_open(s, site, cafile, seconds)) != SYNC_OK)
		return rc;
	sync_source_ask(&s->source, WELL_KNOWN, KM_FILE_MAX);
	if ((rc = sync_source_next(s, &a)) != SYNC_OK)
		return rc;
	rc = take(s, &a, site, path);
	cli_file_free(&a.file);
	return rc;
}
