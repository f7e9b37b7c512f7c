/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Log: one line a message on standard error, `role: level: text`.
 *
 * The text is escaped before it leaves (style: untrusted text never reaches
 * a log raw): control bytes, backslashes and bytes that are no well-formed
 * UTF-8 become \xNN. A line is cut at LOG_LINE_MAX bytes. Each line is one
 * write(2) from the stack, so it works out of memory and lines of several
 * processes do not mix. errno is left as it was.
 */
#ifndef CA_BASE_LOG_H
#define CA_BASE_LOG_H

enum {
	LOG_LINE_MAX = 1024,	/* bytes, the newline included */
	LOG_EXIT = 70		/* status of fatal(): EX_SOFTWARE, sysexits.h */
};

#define LOG_PRINTF	__attribute__((__format__(printf, 1, 2)))

/*
 * Name the role that every line begins with; verbose other than 0 lets
 * log_debug() through. role is kept, not copied. Before the first call the
 * role is "keurmerkd" and debug lines are dropped.
 */
void log_init(const char *role, int verbose);

void log_debug(const char *fmt, ...) LOG_PRINTF;
void log_info(const char *fmt, ...) LOG_PRINTF;
/* log_warn() and fatal() add ": " and the text of errno. */
void log_warn(const char *fmt, ...) LOG_PRINTF;
void log_warnx(const char *fmt, ...) LOG_PRINTF;

/*
 * For our own broken promises only (start-up, a lost role, a failed
 * invariant): log and exit(LOG_EXIT). Bytes from a peer never lead here.
 */
_Noreturn void fatal(const char *fmt, ...) LOG_PRINTF;
_Noreturn void fatalx(const char *fmt, ...) LOG_PRINTF;

#endif
