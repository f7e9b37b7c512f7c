# SPDX-License-Identifier: EUPL-1.2
"""Times at their edges: the first second that counts and the first that
does not."""

from maker import attestation, epoch, status, trust
from maker.attestation import claims, signed
from maker.keys import key, sha256
from maker.trust import ATTEST, ATTEST_KEY, PUBLISH, PUBLISH_KEY, SINCE, UNTIL
from maker.vectors import DAY, NOW

from .vector import Group
from .world import GOOD, HOUR, KNOWN, LIST, PIN, T1, in_map

MAX = 253402300799


def list_of(iat, exp, values=()):
    return status.signed(status.claims(status.stored(status.entries(
        values, 4)), iat=iat, exp=exp)).bytes()


def trust_of(keys=None, expires=NOW + 365 * DAY, issued=NOW - 50 * DAY,
             **more):
    """A trust list by itself."""
    payload = trust.payload(keys=keys or trust.FEW, issued=issued, **more)
    return trust.signed(payload.with_(5, expires)).bytes()


def attestations():
    group = Group("times", "nbf, exp, the key's period, and the time itself "
                  "at their edges.", "design section 4; R26: now is an "
                  "argument", PIN, KNOWN, GOOD)

    def add(name, why, verdict, failed=(), **more):
        group.add("time-" + name, why, verdict, failed, **more)

    add("nbf-now", "nbf <= now", "valid",
        badge=signed(claims(nbf=NOW)).bytes())
    add("nbf-a-second-ago", "nbf <= now", "valid",
        badge=signed(claims(nbf=NOW - 1)).bytes())
    add("nbf-in-a-second", "now < nbf, and no skew helps", "not-yet-valid",
        [("not-before", "early")], badge=signed(claims(nbf=NOW + 1)).bytes())
    add("nbf-in-a-second-with-skew", "skew is of lists and epochs",
        "not-yet-valid", [("not-before", "early")], policy={"skew": 300},
        badge=signed(claims(nbf=NOW + 1)).bytes())
    over = signed(claims(exp=NOW)).bytes()
    add("exp-now", "exp is the first second that it is over", "expired",
        [("expiry", "expired")], badge=over)
    add("exp-in-a-second", "its last second", "valid", badge=over,
        now=NOW - 1)
    add("exp-a-second-ago", "over", "expired", [("expiry", "expired")],
        badge=over, now=NOW + 1)
    add("now-zero", "the trust list is of later", "undetermined",
        [("trust-date", "early")], now=0)
    add("now-year-9999", "all is over, the trust list first",
        "undetermined", [("trust-date", "expired")], now=MAX)
    old = key("attest-old")		# until NOW - 50 days
    rule = "design section 3: not-before <= iat < not-after"
    period = [("key-period", "key-period")]
    for name, why, iat, key_, verdict in (
            ("at-not-before", "the key's first second", SINCE, ATTEST_KEY,
             "valid"),
            ("before-not-before", "a second too early", SINCE - 1,
             ATTEST_KEY, "untrusted"),
            ("before-not-after", "the key's last second",
             NOW - 50 * DAY - 1, old, "valid"),
            ("at-not-after", "the first second that it is over",
             NOW - 50 * DAY, old, "untrusted")):
        add("iat-" + name, why, verdict, period if verdict != "valid" else
            (), badge=signed(claims(iat=iat), key_).bytes(), rule=rule)
    return group


def lists():
    group = Group("times-lists", "Ages of status lists: warned from 24 "
                  "hours, over at exp; a policy may shorten that and never "
                  "lengthen it.", "R20, design section 4: ages", PIN, [T1],
                  GOOD)

    def add(name, why, iat, exp, verdict="valid", failed=(), warned=(),
            values=(), policy=None, **more):
        group.add("list-" + name, why, verdict, failed, warned, objects=[
            T1, list_of(iat, exp, values)], policy=policy, **more)

    week = NOW + 7 * DAY
    stale, age = [("status-age", "stale")], "status-age"
    add("a-day-less-a-second", "not yet warned", NOW - DAY + 1, week)
    add("a-day", "warned from 24 hours on", NOW - DAY, week, warned=stale)
    add("exp-in-a-second", "its last second", NOW - 7 * DAY, NOW + 1,
        warned=stale)
    add("exp-now", "exp is the first second that it is over", NOW - HOUR,
        NOW, "undetermined", [(age, "expired")])
    add("exp-now-withdrawn", "over, and a withdrawal is final", NOW - HOUR,
        NOW, "withdrawn", [(age, "expired"), ("status", "withdrawn")],
        values=[(7, 1)])
    for value, name in ((2, "suspended"), (3, "superseded")):
        add("exp-now-" + name, "over: it proves nothing but a withdrawal",
            NOW - HOUR, NOW, "undetermined", [(age, "expired")],
            values=[(7, value)])
    add("of-300-seconds-ahead", "clocks may differ 300 seconds", NOW + 300,
        week)
    add("of-301-seconds-ahead", "no more than that", NOW + 301, week,
        "undetermined", [(age, "early")])
    add("skew-10-of-10", "the policy's skew", NOW + 10, week,
        policy={"skew": 10})
    add("skew-10-of-11", "no more than that", NOW + 11, week,
        "undetermined", [(age, "early")], policy={"skew": 10})
    add("fail-3600-less-a-second", "the policy's age", NOW - 3599, week,
        policy={"status_age": {"fail": 3600}})
    add("fail-3600", "as old as the policy lets it be", NOW - 3600, week,
        "undetermined", [(age, "stale")],
        policy={"status_age": {"fail": 3600}})
    add("fail-3600-withdrawn", "too old, and a withdrawal is final",
        NOW - 3600, week, "withdrawn",
        [(age, "stale"), ("status", "withdrawn")], values=[(7, 1)],
        policy={"status_age": {"fail": 3600}})
    add("warn-60", "the policy's age", NOW - 60, week, warned=stale,
        policy={"status_age": {"warn": 60}})
    add("warn-of-ten-days", "a policy cannot lengthen", NOW - DAY, week,
        warned=stale, policy={"status_age": {"warn": 10 * DAY}})
    add("fail-of-a-year", "a policy cannot lengthen", NOW - HOUR, NOW,
        "undetermined", [(age, "expired")],
        policy={"status_age": {"fail": 300 * DAY}})
    base = status.claims(status.stored(bytes(4)), iat=NOW - 7 * DAY)
    bare = base.without(4)
    group.add("list-without-exp-over", "without exp it ends as ours would, "
              "a week on", "undetermined", [(age, "expired")],
              objects=[T1, status.signed(bare).bytes()],
              rule="R20: missing exp is not infinity")
    group.add("list-without-exp-last-second", "a week on, less a second",
              "valid", warned=stale, objects=[T1, status.signed(
                  bare.with_(6, NOW - 7 * DAY + 1)).bytes()],
              rule="R20: missing exp is not infinity")
    group.add("list-without-exp-of-a-year", "and not longer",
              "undetermined", [(age, "expired")],
              objects=[T1, status.signed(bare.with_(
                  6, NOW - 90 * DAY).with_(65534, MAX)).bytes()],
              rule="R20: an absurd ttl lengthens nothing")
    rule = "design section 3: not-before <= iat < not-after"
    for name, why, since, until, error in (
            ("at-not-before", "the key's first second", NOW - HOUR, UNTIL,
             None),
            ("before-not-before", "a second too early", NOW - HOUR + 1,
             UNTIL, "key-period"),
            ("before-not-after", "the key's last second", SINCE,
             NOW - HOUR + 1, None),
            ("at-not-after", "the first second that it is over", SINCE,
             NOW - HOUR, "key-period")):
        list_ = trust_of([trust.trust_key(ATTEST_KEY, ATTEST),
                          trust.trust_key(PUBLISH_KEY, PUBLISH, since,
                                          until)])
        group.add("list-time-iat-" + name, why, "undetermined" if error else
                  "valid", [("status-list", "missing")] if error else (),
                  pin=sha256(list_), objects=[list_, LIST],
                  adds=["ok", error or "ok"], rule=rule)
    return group


def trusts():
    group = Group("times-trust", "Ages of the trust list: warned from 30 "
                  "days before it expires, over when it has.",
                  "R30, design section 4: ages", PIN, KNOWN, GOOD)

    def add(name, why, verdict="valid", failed=(), warned=(), policy=None,
            **more):
        list_ = trust_of(**more)
        known = not failed
        group.add("trust-" + name, why, verdict, failed, warned,
                  pin=sha256(list_), objects=[list_, LIST], policy=policy)

    stale, date = [("trust-date", "stale")], "trust-date"
    add("expires-now", "the first second that it is over", "undetermined",
        [(date, "expired")], expires=NOW)
    add("expires-in-a-second", "its last second", warned=stale,
        expires=NOW + 1)
    add("expires-in-30-days", "warned", warned=stale, expires=NOW + 30 * DAY)
    add("expires-in-30-days-and-a-second", "not yet warned",
        expires=NOW + 30 * DAY + 1)
    add("of-300-seconds-ahead", "clocks may differ 300 seconds",
        issued=NOW + 300)
    add("of-301-seconds-ahead", "no more than that", "undetermined",
        [(date, "early")], issued=NOW + 301)
    add("skew-1-of-2", "the policy's skew", "undetermined",
        [(date, "early")], policy={"skew": 1}, issued=NOW + 2)
    add("fail-50-days", "as old as the policy lets it be", "undetermined",
        [(date, "stale")], policy={"trust_age": {"fail": 50 * DAY}})
    add("fail-50-days-and-a-second", "a second to go",
        policy={"trust_age": {"fail": 50 * DAY + 1}})
    add("warn-50-days", "the policy's age", warned=stale,
        policy={"trust_age": {"warn": 50 * DAY}})
    add("fail-of-ten-years", "a policy cannot lengthen", "undetermined",
        [(date, "expired")], policy={"trust_age": {"fail": 3650 * DAY}},
        expires=NOW)
    return group


GROUPS = [attestations, lists, trusts]
