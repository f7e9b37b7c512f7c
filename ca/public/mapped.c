/* SPDX-License-Identifier: EUPL-1.2 */
/* Mapped: a file of the published tree in memory; see mapped.h. */
#include <sys/mman.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "ca/base/log.h"

#include "mapped.h"

static uintptr_t	page;		/* bytes of one */

/*
 * A page beyond the end of what it was mapped from becomes one of zeros; any
 * other bus error ends us, as it would have.
 */
static void
lost(int sig, siginfo_t *info, void *context)
{
	int	saved = errno;
	void	*at;

	(void)context;
	at = (void *)((uintptr_t)info->si_addr & ~(page - 1));
	if (info->si_code != BUS_ADRERR || mmap(at, page, PROT_READ,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		signal(sig, SIG_DFL);	/* and again, for the last time */
	errno = saved;
}

/* Each time, as others may have taken it over since. */
static void
handle(void)
{
	struct sigaction	act;

	page = (uintptr_t)sysconf(_SC_PAGESIZE);
	memset(&act, 0, sizeof(act));
	act.sa_sigaction = lost;
	act.sa_flags = SA_SIGINFO;
	if (sigaction(SIGBUS, &act, NULL) == -1)
		fatal("sigaction");
}

int
mapped_open(struct mapped *m, const struct files *files, const char *name,
    size_t max)
{
	struct stat	st;
	void		*p;
	int		fd, saved;

	m->p = NULL;
	m->len = 0;
	handle();
	if ((fd = files_open(files, name, &st)) == -1)
		return -1;
	if (st.st_size <= 0 || (uintmax_t)st.st_size > max) {
		close(fd);
		errno = EFBIG;
		return -1;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	saved = errno;
	close(fd);
	errno = saved;
	if (p == MAP_FAILED)
		return -1;
	m->p = p;
	m->len = (size_t)st.st_size;
	return 0;
}

void
mapped_close(struct mapped *m)
{
	if (m->p != NULL)
		munmap((void *)(uintptr_t)m->p, m->len);
	m->p = NULL;
	m->len = 0;
}
