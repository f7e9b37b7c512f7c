/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sandbox_files: which files and ports a role may reach (landlock(7)).
 *
 * Debian 12 has no wrapper for these calls, and its headers know the first
 * two versions of the interface only, so numbers of later ones stand here.
 */
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "log.h"
#include "sandbox_files.h"

/* linux/landlock.h */
enum {
	CREATE_VERSION = 1,		/* flag: tell the version */
	RULE_PATH_BENEATH = 1,
	NET_BIND_TCP = 1 << 0,		/* version 4 */
	NET_CONNECT_TCP = 1 << 1,
	SCOPE_ALL = 3			/* version 6: sockets, signals */
};

enum {
	FS_WRITE_FILE = 1 << 1,
	FS_READ_FILE = 1 << 2,
	FS_READ_DIR = 1 << 3,
	FS_REMOVE_DIR = 1 << 4,
	FS_REMOVE_FILE = 1 << 5,
	FS_MAKE_DIR = 1 << 7,
	FS_MAKE_REG = 1 << 8,
	FS_REFER = 1 << 13,		/* version 2: rename elsewhere */
	FS_TRUNCATE = 1 << 14,		/* version 3 */

	FS_READ = FS_READ_FILE | FS_READ_DIR,
	FS_WRITE = FS_READ | FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE |
	    FS_MAKE_DIR | FS_MAKE_REG | FS_REFER | FS_TRUNCATE
};

struct ruleset_attr {
	uint64_t	fs;
	uint64_t	net;		/* from version 4 on */
	uint64_t	scoped;		/* from version 6 on */
};

struct path_beneath_attr {
	uint64_t	allowed;
	int32_t		parent_fd;
} __attribute__((__packed__));

/* A ruleset under construction. */
struct rules {
	int		fd;
	uint64_t	handled;	/* file rights that this kernel knows */
};

/* Allow rights at path and below. Absent: an error, or passed over. */
static void
allow(const struct rules *r, const char *path, uint64_t rights, int must)
{
	struct path_beneath_attr	attr;

	attr.allowed = rights & r->handled;
	if ((attr.parent_fd = open(path, O_PATH | O_CLOEXEC)) == -1) {
		if (must)
			fatal("%s: expected a directory (see keurmerkd init)",
			    path);
		return;
	}
	if (syscall(SYS_landlock_add_rule, r->fd, RULE_PATH_BENEATH, &attr,
	    0) == -1)
		fatal("%s: landlock_add_rule", path);
	close(attr.parent_fd);
}

static void
allow_data(const struct rules *r, const struct conf *conf, const char *name)
{
	char	path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", conf->data, name) >=
	    (int)sizeof(path))
		fatalx("%s: too long", conf->data);
	allow(r, path, FS_WRITE, 1);
}

/* What looking up a name and asking a server over TLS reads. */
static void
allow_resolver(const struct rules *r)
{
	static const char *const	files[] = {
		"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf",
		"/etc/host.conf", "/etc/gai.conf", "/etc/services"
	};
	static const char *const	dirs[] = {
		"/etc/ssl/certs", "/usr/share/ca-certificates",
		"/run/systemd/resolve"
	};
	size_t				i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		allow(r, files[i], FS_READ_FILE, 0);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		allow(r, dirs[i], FS_READ, 0);
}

/* The rights to files that exist in this version of the interface. */
static uint64_t
handled(long version)
{
	unsigned int	bits = 13;

	if (version >= 2)
		bits = 14;
	if (version >= 3)
		bits = 15;
	if (version >= 5)
		bits = 16;	/* ioctl(2) on devices: allowed to none */
	return (UINT64_C(1) << bits) - 1;
}

void
sandbox_files(enum proc proc, const struct conf *conf)
{
	struct ruleset_attr	attr = { 0, 0, 0 };
	struct rules		r;
	size_t			len = sizeof(attr.fs);
	long			version;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    CREATE_VERSION);
	if (version == -1 && (errno == ENOSYS || errno == EOPNOTSUPP)) {
		log_info("this kernel has no Landlock: files are held by "
		    "their owners and modes only");
		return;
	}
	if (version == -1)
		fatal("landlock_create_ruleset");
	attr.fs = r.handled = handled(version);
	if (version >= 4) {
		len = sizeof(attr.fs) + sizeof(attr.net);
		attr.net = NET_BIND_TCP;
		if (proc != PROC_OFFICE || conf->outside_n == 0)
			attr.net |= NET_CONNECT_TCP;
	}
	if (version >= 6) {
		len = sizeof(attr);
		attr.scoped = SCOPE_ALL;
	}
	if ((r.fd = (int)syscall(SYS_landlock_create_ruleset, &attr, len,
	    0)) == -1)
		fatal("landlock_create_ruleset");
	switch (proc) {
	case PROC_SIGNER:
		allow_data(&r, conf, "signer");
		allow_data(&r, conf, "spool");
		break;
	case PROC_OFFICE:
		allow_data(&r, conf, "office");
		allow(&r, conf->tree, FS_WRITE, 1);
		if (conf->outside_n > 0)
			allow_resolver(&r);
		break;
	case PROC_PUBLIC:
		allow(&r, conf->tree, FS_READ, 1);
		/* Read once, at the start: pictures are drawn with them. */
		allow(&r, "/usr/share/fonts/truetype", FS_READ, 0);
		break;
	case PROC_PARENT:
		break;
	}
	if (syscall(SYS_landlock_restrict_self, r.fd, 0) == -1)
		fatal("landlock_restrict_self");
	close(r.fd);
}
