-- SPDX-License-Identifier: EUPL-1.2
--
-- Store of office, step 1. All but what is pending follows from the acts of
-- the log and the signer's answers to them. Steps are carried out in order,
-- each in one transaction with the number that it leaves in user_version;
-- one that has been released never changes.

-- Where it stands: one row.
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  authority TEXT NOT NULL CHECK (authority GLOB 'https://?*'),
  environment INTEGER NOT NULL CHECK (environment BETWEEN 0 AND 2),
  batch INTEGER NOT NULL CHECK (batch >= 0),
  epoch INTEGER NOT NULL CHECK (epoch BETWEEN 0 AND 4294967295),
  epoch_hash BLOB NOT NULL CHECK (length(epoch_hash) = 32)
) STRICT;

-- The log: acts carried out, in order. For trust and officers the list is
-- the decision. approvals is CBOR, [* bstr]; mark is what a grant made.
CREATE TABLE act (
  log_index INTEGER PRIMARY KEY CHECK (log_index >= 0),
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  batch INTEGER NOT NULL CHECK (batch > 0),
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 28),
  subject TEXT NOT NULL CHECK (length(subject) <= 64),
  mark TEXT CHECK (length(mark) = 16),
  leaf BLOB NOT NULL CHECK (length(leaf) BETWEEN 1 AND 256),
  decision BLOB NOT NULL CHECK (length(decision) BETWEEN 1 AND 131072),
  approvals BLOB NOT NULL CHECK (length(approvals) BETWEEN 1 AND 16384)
) STRICT;

-- Decisions that wait for approvals, in the order in which they came.
CREATE TABLE pending (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
  at INTEGER NOT NULL CHECK (at BETWEEN 0 AND 253402300799),
  valid_until INTEGER NOT NULL
    CHECK (valid_until BETWEEN 0 AND 253402300799),
  missing INTEGER NOT NULL CHECK (missing BETWEEN 0 AND 63),
  decision BLOB NOT NULL CHECK (length(decision) BETWEEN 1 AND 8192),
  json BLOB CHECK (length(json) BETWEEN 1 AND 1048576)
) STRICT;
CREATE INDEX pending_valid_until ON pending (valid_until);

-- By place and not by id, so that approvals of decisions proposed together
-- stand together.
CREATE TABLE approval (
  place INTEGER NOT NULL REFERENCES pending (place) ON DELETE CASCADE,
  iss TEXT NOT NULL CHECK (length(iss) BETWEEN 1 AND 64),
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 512),
  PRIMARY KEY (place, iss)
) STRICT, WITHOUT ROWID;

-- Providers (kind 1), bodies (2), marks (3), and the authority (4), whose
-- subject is empty: the last decision on each, and the decision whose data
-- is in force.
CREATE TABLE subject (
  subject TEXT PRIMARY KEY NOT NULL CHECK (length(subject) <= 64),
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
  head BLOB NOT NULL CHECK (length(head) = 32),
  in_force BLOB CHECK (length(in_force) = 32),
  name TEXT,
  CHECK ((kind IN (1, 2)) = (in_force IS NOT NULL)),
  CHECK ((kind = 4) = (subject = ''))
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
  provider TEXT NOT NULL REFERENCES subject (subject),
  log_index INTEGER NOT NULL REFERENCES act (log_index),
  PRIMARY KEY (provider, log_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE mark (
  number TEXT PRIMARY KEY NOT NULL CHECK (number GLOB 'KM-????-??????-?'),
  provider TEXT NOT NULL REFERENCES subject (subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX mark_provider ON mark (provider);

-- The register: a leaf an attestation, in the order of idx.
CREATE TABLE attestation (
  idx INTEGER PRIMARY KEY CHECK (idx BETWEEN 0 AND 4294967295),
  mark TEXT NOT NULL REFERENCES mark (number),
  status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 3),
  exp INTEGER NOT NULL CHECK (exp BETWEEN 0 AND 253402300799),
  leaf BLOB NOT NULL CHECK (length(leaf) BETWEEN 1 AND 8192)
) STRICT;
CREATE INDEX attestation_mark ON attestation (mark);
-- What has happened to an attestation cannot be undone.
CREATE TRIGGER attestation_withdrawn BEFORE UPDATE ON attestation
  WHEN old.status = 1 AND new.status <> 1
  BEGIN SELECT raise(ABORT, 'nothing leaves withdrawn'); END;
CREATE TRIGGER attestation_stays BEFORE DELETE ON attestation
  BEGIN SELECT raise(ABORT, 'the register never shrinks'); END;
CREATE TRIGGER act_stays BEFORE DELETE ON act
  BEGIN SELECT raise(ABORT, 'the log never shrinks'); END;

-- Runs of 1,024 register leaves that changed since they were published.
CREATE TABLE dirty (
  run INTEGER PRIMARY KEY CHECK (run BETWEEN 0 AND 4194303)
) STRICT;

-- Trust lists (kind 1), officers lists (2), schemes as JSON (3).
CREATE TABLE list (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
  version INTEGER NOT NULL CHECK (version BETWEEN 1 AND 4294967295),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  name TEXT NOT NULL CHECK (length(name) <= 32),
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 1048576),
  CHECK ((kind = 3) = (name <> '')),
  UNIQUE (kind, name, version)
) STRICT;

-- Officers disabled since the officers list in force.
CREATE TABLE disabled (
  officer TEXT PRIMARY KEY NOT NULL CHECK (length(officer) BETWEEN 1 AND 64)
) STRICT, WITHOUT ROWID;
