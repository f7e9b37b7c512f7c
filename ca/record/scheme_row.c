/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Scheme: who proposes and who approves decisions of each kind, and what no
 * scheme may give up of it (design section 5).
 */
#include <stdio.h>
#include <string.h>

#include "verifier/cbor.h"
#include "scheme_row.h"

/* At the bit of enum officer_role. */
static const char *const roles[SCHEME_ROLES] = {
	"registrar", "reviewer", "decider", "assessor", "manager", "root"
};

#define N(a)		(sizeof(a) / sizeof((a)[0]))
#define KIND(k)		(UINT32_C(1) << (k))

/* Lines have levels, and more may be asked where they are higher. */
#define KINDS_BY_LEVEL	(KIND(DECISION_GRANT) | KIND(DECISION_REFUSE) | \
	KIND(DECISION_RENEW) | KIND(DECISION_AMEND))
/* Records, and what cannot wait for a second person. */
#define KINDS_UNAPPROVED (KIND(DECISION_APPLICATION) | \
	KIND(DECISION_EVIDENCE) | KIND(DECISION_SURVEILLANCE) | \
	KIND(DECISION_COMPLAINT) | KIND(DECISION_APPEAL) | \
	KIND(DECISION_VULNERABILITY) | KIND(DECISION_ASSESSMENT) | \
	KIND(DECISION_SUSPEND) | KIND(DECISION_HALT) | KIND(DECISION_DISABLE))
#define KINDS_MANAGERS	(KIND(DECISION_OFFICERS) | KIND(DECISION_CATALOGUE))
#define KINDS_ROOTS	(KIND(DECISION_TRUST) | KIND(DECISION_SCHEME))
/* Those whom a file can have as its officers. */
#define ROLES_OFFICE	(ROLE_REGISTRAR | ROLE_REVIEWER | ROLE_DECIDER)

/* A role of those that may stand here, as a bit; 0 after an error. */
static enum officer_role
role_read(struct walk *w, const char *name, json_t *value, unsigned int may)
{
	const char	*text = json_string_value(value);
	char		 expected[64] = "";
	size_t		 i, n = 0;

	for (i = 0; i < N(roles); i++) {
		if (!(may & 1u << i))
			continue;
		if (text != NULL && strcmp(text, roles[i]) == 0)
			return 1u << i;
		n += (size_t)snprintf(expected + n, sizeof(expected) - n,
		    "%s%s", n > 0 ? " or " : "", roles[i]);
	}
	walk_fail(w, name, value, "%s", expected);
	return 0;
}

static unsigned int
proposer_read(struct walk *w, json_t *item, unsigned int may)
{
	json_t		*list, *value;
	unsigned int	 bits = 0, role;
	size_t		 i;

	list = walk_array(w, item, "proposer", 1, N(roles));
	json_array_foreach(list, i, value) {
		role = role_read(w, "proposer", value, may);
		if (bits & role)
			walk_fail(w, "proposer", value, "each role once");
		bits |= role;
	}
	return bits;
}

/* A list of approvers; unless it may be empty, a decider is among them. */
static void
approvers_list(struct walk *w, json_t *object, const char *name,
    const struct scheme_row *row, struct scheme_approvers *out)
{
	json_t		*list, *value;
	unsigned int	 all = 0;
	size_t		 i;

	list = walk_array(w, object, name, 0, SCHEME_APPROVERS_MAX);
	out->n = json_array_size(list);
	for (i = 0; i < out->n; i++) {
		value = json_array_get(list, i);
		out->role[i] = role_read(w, name, value, ROLES_OFFICE);
		all |= out->role[i];
	}
	if (!(all & ROLE_DECIDER) &&
	    (out->n > 0 || !(KINDS_UNAPPROVED & KIND(row->kind))))
		walk_fail(w, name, list, "a decider among the approvers");
}

/* By level: a higher one asks no fewer than the one below. */
static void
approvers_by_level(struct walk *w, json_t *object, struct scheme_row *row)
{
	static const char *const names[] = { "administrative", "basic",
		"substantial", "high", NULL };
	size_t	i;

	row->by_level = 1;
	for (i = 1; i < SCHEME_LEVELS; i++) {
		approvers_list(w, object, names[i], row, &row->approvers[i]);
		if (i > 1 && row->approvers[i].n < row->approvers[i - 1].n)
			walk_fail(w, names[i], json_object_get(object,
			    names[i]), "no fewer than at level %s",
			    names[i - 1]);
	}
	row->approvers[0] = row->approvers[KM_LEVEL_HIGH];
	if (json_object_get(object, names[0]) != NULL &&
	    row->kind == DECISION_AMEND) {
		row->administrative = 1;
		approvers_list(w, object, names[0], row, &row->approvers[0]);
	}
	walk_closed(w, object, row->administrative ? names : names + 1);
}

static void
approvers_read(struct walk *w, json_t *item, struct scheme_row *row)
{
	static const char *const names[] = { "any", NULL };
	json_t	*object;
	size_t	 i;

	object = walk_object(w, item, "approvers");
	walk_enter(w, "approvers");
	if (KINDS_BY_LEVEL & KIND(row->kind) &&
	    json_object_get(object, "any") == NULL) {
		approvers_by_level(w, object, row);
	} else {
		approvers_list(w, object, "any", row, &row->approvers[0]);
		for (i = 1; i < SCHEME_LEVELS; i++)
			row->approvers[i] = row->approvers[0];
		walk_closed(w, object, names);
	}
	walk_leave(w);
}

/* By count: two managers or more, or as many roots as the trust list says. */
static void
threshold_read(struct walk *w, json_t *item, struct scheme_row *row)
{
	static const char *const manager[] = { "manager", NULL };
	static const char *const root[] = { "root", NULL };
	json_t		*object, *value;
	const char	*text;

	object = walk_object(w, item, "threshold");
	walk_enter(w, "threshold");
	if (KINDS_MANAGERS & KIND(row->kind)) {
		row->threshold_role = ROLE_MANAGER;
		row->threshold = walk_uint(w, object, "manager", 2, 16);
		walk_closed(w, object, manager);
	} else {
		row->threshold_role = ROLE_ROOT;
		row->threshold = SCHEME_THRESHOLD_TRUST;
		value = json_object_get(object, "root");
		text = json_string_value(value);
		if (text == NULL || strcmp(text, "trust-list") != 0)
			walk_fail(w, "root", value, "\"trust-list\"");
		walk_closed(w, object, root);
	}
	walk_leave(w);
}

static int
flag_read(struct walk *w, json_t *item, const char *name, int want)
{
	int	flag;

	flag = walk_bool(w, item, name);
	if (flag != want)
		walk_fail(w, name, json_boolean(flag),
		    "%s (no scheme may change this)", want ? "true" : "false");
	return flag;
}

static void
row_read(struct walk *w, json_t *item, struct scheme_row *row)
{
	static const char *const approved[] = { "kind", "proposer",
		"approvers", "distinct", "not_assessor", "not_conflicted",
		NULL };
	static const char *const counted[] = { "kind", "proposer",
		"threshold", "distinct", "not_assessor", "not_conflicted",
		NULL };
	unsigned int	may;
	int		count;

	count = ((KINDS_MANAGERS | KINDS_ROOTS) & KIND(row->kind)) != 0;
	if (count)
		may = KINDS_ROOTS & KIND(row->kind) ? ROLE_ROOT : ROLE_MANAGER;
	else if (row->kind == DECISION_ASSESSMENT)
		may = ROLE_ASSESSOR;
	else
		may = ROLES_OFFICE;
	row->proposer = proposer_read(w, item, may);
	if (count)
		threshold_read(w, item, row);
	else
		approvers_read(w, item, row);
	row->distinct = flag_read(w, item, "distinct", 1);
	/* Managers and roots are keys: they have no file and no employer. */
	row->not_assessor = flag_read(w, item, "not_assessor",
	    !count && row->kind != DECISION_ASSESSMENT);
	row->not_conflicted = flag_read(w, item, "not_conflicted", !count);
	walk_closed(w, item, count ? counted : approved);
}

void
scheme_rows_read(struct walk *w, json_t *root,
    struct scheme_row row[DECISION_KINDS + 1])
{
	enum decision_kind	 kind;
	const char		*text;
	json_t			*list, *item;
	size_t			 i;

	list = walk_array(w, root, "decisions", DECISION_KINDS,
	    DECISION_KINDS);
	walk_enter(w, "decisions");
	for (i = 0; i < DECISION_KINDS; i++) {
		item = walk_item(w, list, i);
		if ((text = walk_code(w, item, "kind")) == NULL)
			break;
		kind = decision_kind_by_name(km_bytes_of(text));
		if (kind == 0 || row[kind].kind != 0) {
			walk_fail(w, "kind", json_object_get(item, "kind"),
			    "each kind of decision once");
			break;
		}
		row[kind].kind = kind;
		row_read(w, item, &row[kind]);
		walk_leave(w);
	}
	walk_leave(w);
}

const struct scheme_row *
scheme_row(const struct scheme *s, enum decision_kind kind)
{
	return &s->row[kind];
}

const struct scheme_approvers *
scheme_approvers(const struct scheme *s, enum decision_kind kind,
    unsigned int level)
{
	return &s->row[kind].approvers[level < SCHEME_LEVELS ? level :
	    KM_LEVEL_HIGH];
}

const char *
scheme_role_code(enum officer_role role)
{
	size_t	i;

	for (i = 0; i < N(roles); i++)
		if ((unsigned int)role == 1u << i)
			return roles[i];
	return NULL;
}
