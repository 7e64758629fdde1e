-- Who is there: devices, their agents, how they got in, and the people who look after them.
-- Secrets are stored as hashes only. Instants are UTC milliseconds.

CREATE TABLE devices (
  device_id   TEXT    NOT NULL PRIMARY KEY,             -- ULID
  serial      TEXT    NOT NULL,                         -- normalised; '' for none
  maker_key   TEXT    NOT NULL,                         -- normalised, for comparing
  maker       TEXT    NOT NULL,
  model       TEXT    NOT NULL,
  tag         TEXT,
  school_id   TEXT,
  version     INTEGER NOT NULL,
  created_ms  INTEGER NOT NULL,
  deleted_ms  INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX devices_serial ON devices (serial, maker_key) WHERE serial <> '' AND deleted_ms IS NULL;
CREATE UNIQUE INDEX devices_tag ON devices (lower(tag)) WHERE tag IS NOT NULL AND deleted_ms IS NULL;

CREATE TABLE agents (
  agent_no           INTEGER NOT NULL PRIMARY KEY,      -- dense; the telemetry tables' key
  agent_id           TEXT    NOT NULL UNIQUE,           -- UUID, the certificate's common name
  device_id          TEXT    NOT NULL REFERENCES devices (device_id),
  key_id             BLOB    NOT NULL UNIQUE,           -- SHA-256 of the public key
  certificate_serial TEXT    NOT NULL,
  not_before_ms      INTEGER NOT NULL,
  not_after_ms       INTEGER NOT NULL,
  enrolled_ms        INTEGER NOT NULL,
  revoked_ms         INTEGER,
  superseded_ms      INTEGER,                           -- a newer instance took over the device
  system_uuid        TEXT    NOT NULL                   -- '' for none or a placeholder
);
CREATE INDEX agents_device ON agents (device_id);
CREATE INDEX agents_uuid ON agents (system_uuid) WHERE system_uuid <> '';

CREATE TABLE enrolment_tokens (
  token_id     TEXT    NOT NULL PRIMARY KEY,            -- ULID
  secret_hash  BLOB    NOT NULL UNIQUE,                 -- SHA-256 of the 128-bit secret
  note         TEXT    NOT NULL,
  uses         INTEGER NOT NULL,
  max_uses     INTEGER NOT NULL,
  created_ms   INTEGER NOT NULL,
  created_by   TEXT    NOT NULL,
  expires_ms   INTEGER NOT NULL,
  revoked_ms   INTEGER,
  last_used_ms INTEGER,
  school_id    TEXT,
  any_serial   INTEGER NOT NULL,                        -- 0: only those in token_serials
  CHECK (uses BETWEEN 0 AND max_uses)
) WITHOUT ROWID;

CREATE TABLE token_serials (
  token_id TEXT NOT NULL REFERENCES enrolment_tokens (token_id),
  serial   TEXT NOT NULL,
  PRIMARY KEY (token_id, serial)
) WITHOUT ROWID;

CREATE TABLE token_uses (
  token_id TEXT    NOT NULL REFERENCES enrolment_tokens (token_id),
  agent_no INTEGER NOT NULL REFERENCES agents (agent_no),
  used_ms  INTEGER NOT NULL,
  PRIMARY KEY (token_id, agent_no)
) WITHOUT ROWID;

CREATE TABLE reviews (
  review_id       TEXT    NOT NULL PRIMARY KEY,         -- ULID
  kind            TEXT    NOT NULL,                     -- placeholder_serial, contested_serial
  agent_no        INTEGER NOT NULL REFERENCES agents (agent_no),
  other_device_id TEXT    REFERENCES devices (device_id),
  claimed_serial  TEXT    NOT NULL,
  created_ms      INTEGER NOT NULL,
  resolved_ms     INTEGER,
  resolution      TEXT                                  -- attach, separate, dismiss
) WITHOUT ROWID;
CREATE UNIQUE INDEX reviews_open ON reviews (agent_no) WHERE resolved_ms IS NULL;

CREATE TABLE users (
  user_id           TEXT    NOT NULL PRIMARY KEY,       -- ULID
  name              TEXT    NOT NULL UNIQUE,            -- lower case
  password_hash     TEXT    NOT NULL,                   -- argon2id
  role              TEXT    NOT NULL,
  scope_kind        TEXT    NOT NULL,
  scope_id          TEXT    NOT NULL,
  disabled          INTEGER NOT NULL,
  one_time_until_ms INTEGER,                            -- set: the password must be changed before this
  created_ms        INTEGER NOT NULL,
  last_sign_in_ms   INTEGER
) WITHOUT ROWID;

-- Tries to sign in that were not followed by a success, for names that exist and for names that do not, so
-- that being locked tells nothing.
CREATE TABLE sign_in_tries (
  name_hash       BLOB    NOT NULL PRIMARY KEY,
  tries           INTEGER NOT NULL,
  window_start_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash   BLOB    NOT NULL PRIMARY KEY,            -- SHA-256 of the 256-bit token
  session_id   TEXT    NOT NULL UNIQUE,                 -- ULID
  user_id      TEXT    NOT NULL REFERENCES users (user_id),
  kind         TEXT    NOT NULL,                        -- console, command_line
  created_ms   INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  expires_ms   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);

-- Append-only: each hash covers the record and the hash before it.
CREATE TABLE audit_log (
  seq     INTEGER NOT NULL PRIMARY KEY,
  at_ms   INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  action  TEXT    NOT NULL,
  target  TEXT    NOT NULL,
  outcome TEXT    NOT NULL,
  detail  TEXT    NOT NULL,
  hash    BLOB    NOT NULL
);
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_dense BEFORE INSERT ON audit_log
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM audit_log), 0) + 1
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
