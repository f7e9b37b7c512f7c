/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows on all cores, answers in the order of the rows. A ring of chunks goes
 * round: the reader fills one, a worker answers it, the writer puts it out
 * and gives it back. So memory stays the same however many rows there are,
 * and nobody waits for more than what stands before him.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier/cli/batch.h"

enum { PER_JOB = 4, STACK = 1048576, PROGRESS_MS = 200 };

enum chunk_state { EMPTY, READY, TAKEN, DONE };

struct chunk {
	enum chunk_state state;
	size_t		 n;
	size_t		 bytes;		/* of text in its rows */
	struct batch_row row[BATCH_CHUNK];
	struct batch_text out;
	struct batch_count count;
};

struct batch_pool {
	struct batch	*batch;
	unsigned int	 jobs, started;
	pthread_t	 worker[BATCH_JOBS_MAX], writer;
	pthread_mutex_t	 lock;
	pthread_cond_t	 ready, done, room;
	size_t		 n;		/* chunks in the ring */
	struct chunk	*chunk;
	size_t		 fill, take, put;	/* numbers that only go up */
	size_t		 bytes;		/* under way */
	int		 ended;		/* no more will be filled */
	int		 broken;	/* errno of the output */
	struct batch_count count;
};

static void
count_add(struct batch_count *sum, const struct batch_count *c)
{
	size_t	i;

	sum->rows += c->rows;
	sum->unread += c->unread;
	sum->empty += c->empty;
	sum->proposed += c->proposed;
	sum->cp1252 += c->cp1252;
	for (i = 0; i < CLI_VERDICTS; i++)
		sum->verdict[i] += c->verdict[i];
}

static void
count_row(struct batch_count *c, const struct batch_answer *a)
{
	c->rows++;
	c->proposed += (a->remarks & BATCH_PROPOSED) != 0;
	c->cp1252 += (a->remarks & BATCH_CP1252) != 0;
	if (a->judged)
		c->verdict[a->report.verdict]++;
	else if (a->why == BATCH_EMPTY || a->why == BATCH_ABOVE)
		c->empty++;
	else
		c->unread++;
}

static void
answer(struct batch_pool *p, struct chunk *c, struct batch_scratch *scratch)
{
	struct batch_answer	a;
	size_t			i;

	memset(&c->count, 0, sizeof(c->count));
	for (i = 0; i < c->n; i++) {
		batch_judge(p->batch, &a, scratch, &c->row[i]);
		batch_write(p->batch, &c->out, scratch, &a);
		count_row(&c->count, &a);
		free(c->row[i].text);
		c->row[i].text = NULL;
	}
}

/* 0 or errno. */
static int
put_all(const char *s, size_t len)
{
	ssize_t	n;

	while (len > 0) {
		n = write(STDOUT_FILENO, s, len);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			s += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* What stands above all rows; errno or 0. */
static int
head(struct batch *batch)
{
	struct batch_scratch	scratch;
	struct batch_text	out = { NULL, 0, 0, 0 };
	int			err = ENOMEM;

	if (batch_scratch_begin(&scratch)) {
		batch_write_head(batch, &out, &scratch);
		err = out.failed ? ENOMEM : put_all(out.p, out.len);
	}
	batch_scratch_end(&scratch);
	free(out.p);
	return err;
}

/* Without memory nothing is answered, and so nothing is put out. */
static void
drop(struct chunk *c)
{
	size_t	i;

	for (i = 0; i < c->n; i++) {
		free(c->row[i].text);
		c->row[i].text = NULL;
	}
	c->out.failed = 1;
}

static void *
work(void *arg)
{
	struct batch_pool	*p = arg;
	struct batch_scratch	 scratch;
	struct chunk		*c;
	int			 good = batch_scratch_begin(&scratch);

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (p->take == p->fill && !p->ended)
			pthread_cond_wait(&p->ready, &p->lock);
		if (p->take == p->fill)
			break;
		c = &p->chunk[p->take++ % p->n];
		c->state = TAKEN;
		pthread_mutex_unlock(&p->lock);
		if (good)
			answer(p, c, &scratch);
		else
			drop(c);
		pthread_mutex_lock(&p->lock);
		c->state = DONE;
		pthread_cond_signal(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	batch_scratch_end(&scratch);
	return NULL;
}

static void
progress(const struct batch_pool *p, struct timespec *last)
{
	struct timespec	now;
	int64_t		ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)(now.tv_sec - last->tv_sec) * 1000 +
	    (now.tv_nsec - last->tv_nsec) / 1000000;
	if (ms < PROGRESS_MS)
		return;
	*last = now;
	fprintf(stderr, cli_word("\r%zu regels", "\r%zu rows"),
	    p->count.rows);
}

static void *
put_out(void *arg)
{
	struct batch_pool	*p = arg;
	struct timespec		 last = { 0, 0 };
	struct chunk		*c;
	int			 err, tty = isatty(STDERR_FILENO);

	pthread_mutex_lock(&p->lock);
	for (;;) {
		c = &p->chunk[p->put % p->n];
		while ((p->put == p->fill && !p->ended) ||
		    (p->put < p->fill && c->state != DONE))
			pthread_cond_wait(&p->done, &p->lock);
		if (p->put == p->fill)
			break;
		pthread_mutex_unlock(&p->lock);
		err = c->out.failed ? ENOMEM : p->broken != 0 ? 0 :
		    put_all(c->out.p, c->out.len);
		c->out.len = 0;
		count_add(&p->count, &c->count);
		if (tty)
			progress(p, &last);
		pthread_mutex_lock(&p->lock);
		if (err != 0 && p->broken == 0)
			p->broken = err;
		c->state = EMPTY;
		p->bytes -= c->bytes;
		p->put++;
		pthread_cond_signal(&p->room);
	}
	pthread_mutex_unlock(&p->lock);
	if (tty)
		fputs("\r\033[K", stderr);
	return NULL;
}

static int
start(struct batch_pool *p)
{
	pthread_attr_t	attr;
	int		err;

	if ((err = pthread_attr_init(&attr)) != 0)
		return err;
	err = pthread_attr_setstacksize(&attr, STACK);
	if (err == 0)
		err = pthread_create(&p->writer, &attr, put_out, p);
	if (err == 0)
		p->started = 1;
	for (; err == 0 && p->started <= p->jobs; p->started++)
		if ((err = pthread_create(&p->worker[p->started - 1], &attr,
		    work, p)) != 0)
			break;
	pthread_attr_destroy(&attr);
	return err;
}

static void
pool_free(struct batch_pool *p)
{
	size_t	i, j;

	for (i = 0; p->chunk != NULL && i < p->n; i++) {
		for (j = 0; j < p->chunk[i].n; j++)
			free(p->chunk[i].row[j].text);
		free(p->chunk[i].out.p);
	}
	pthread_cond_destroy(&p->ready);
	pthread_cond_destroy(&p->done);
	pthread_cond_destroy(&p->room);
	pthread_mutex_destroy(&p->lock);
	free(p->chunk);
	free(p);
}

static void
join(struct batch_pool *p)
{
	unsigned int	i;

	pthread_mutex_lock(&p->lock);
	p->ended = 1;
	pthread_cond_broadcast(&p->ready);
	pthread_cond_broadcast(&p->done);
	pthread_mutex_unlock(&p->lock);
	for (i = 1; i < p->started; i++)
		pthread_join(p->worker[i - 1], NULL);
	if (p->started > 0)
		pthread_join(p->writer, NULL);
}

struct batch_pool *
batch_pool_begin(struct batch *batch, unsigned int jobs)
{
	struct batch_pool	*p = calloc(1, sizeof(*p));
	int			 err = ENOMEM;

	if (p != NULL) {
		p->batch = batch;
		p->jobs = jobs;
		p->broken = head(batch);
		p->n = (size_t)PER_JOB * jobs;
		p->chunk = calloc(p->n, sizeof(*p->chunk));
		pthread_mutex_init(&p->lock, NULL);
		pthread_cond_init(&p->ready, NULL);
		pthread_cond_init(&p->done, NULL);
		pthread_cond_init(&p->room, NULL);
		if (p->chunk != NULL)
			err = start(p);
	}
	if (err == 0)
		return p;
	cli_error(cli_word("%u draden: %s", "%u threads: %s"), jobs,
	    strerror(err));
	if (p != NULL) {
		join(p);
		pool_free(p);
	}
	return NULL;
}

/*
 * The chunk being filled is the reader's own until it is handed in. Many
 * large rows wait until those before them are out.
 */
void
batch_pool_flush(struct batch_pool *p)
{
	struct chunk	*c = &p->chunk[p->fill % p->n];

	if (c->state != EMPTY || c->n == 0)
		return;
	pthread_mutex_lock(&p->lock);
	c->state = READY;
	p->bytes += c->bytes;
	p->fill++;
	pthread_cond_signal(&p->ready);
	/* The writer waits for this number to go up as well. */
	pthread_cond_signal(&p->done);
	c = &p->chunk[p->fill % p->n];
	while (c->state != EMPTY ||
	    (p->bytes > BATCH_BYTES && p->put < p->fill))
		pthread_cond_wait(&p->room, &p->lock);
	pthread_mutex_unlock(&p->lock);
	c->n = 0;
	c->bytes = 0;
}

int
batch_pool_row(struct batch_pool *p, const struct batch_row *row)
{
	struct chunk	*c = &p->chunk[p->fill % p->n];
	int		 broken;

	c->row[c->n++] = *row;
	c->bytes += row->len;
	if (c->n < BATCH_CHUNK && c->bytes < BATCH_CHUNK_BYTES)
		return 1;
	batch_pool_flush(p);
	pthread_mutex_lock(&p->lock);
	broken = p->broken;
	pthread_mutex_unlock(&p->lock);
	return broken == 0;
}

int
batch_pool_end(struct batch_pool *p, struct batch_count *count)
{
	int	err;

	batch_pool_flush(p);
	join(p);
	err = p->broken;
	*count = p->count;
	pool_free(p);
	if (err != 0)
		cli_error(cli_word("standaarduitvoer: niet te schrijven: %s",
		    "standard output: cannot be written: %s"),
		    strerror(err));
	return err == 0;
}
