-- The inventory's catalog, the places where devices are, and the answers to writes that a client may send again.

CREATE TABLE device_models (
  model_id        TEXT    NOT NULL PRIMARY KEY,         -- ULID
  maker           TEXT    NOT NULL,
  maker_key       TEXT    NOT NULL,                     -- normalised, for comparing
  name            TEXT    NOT NULL,
  name_key        TEXT    NOT NULL,                     -- the same
  kind            TEXT    NOT NULL,
  warranty_months INTEGER,
  life_months     INTEGER,
  cost_cents      INTEGER,
  kit             TEXT    NOT NULL,                     -- "charger,case"; server/domain/device_model.h: Kit
  version         INTEGER NOT NULL,
  created_ms      INTEGER NOT NULL,
  deleted_ms      INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX device_models_name ON device_models (maker_key, name_key) WHERE deleted_ms IS NULL;

CREATE TABLE places (
  place_id   TEXT    NOT NULL PRIMARY KEY,              -- ULID
  kind       TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,                          -- folded, for comparing and for the order of lists
  school_id  TEXT    REFERENCES schools (school_id),    -- NULL: the district's
  capacity   INTEGER,
  note       TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  deleted_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX places_name ON places (coalesce(school_id, ''), kind, name_key) WHERE deleted_ms IS NULL;
CREATE INDEX places_sorted ON places (name_key, place_id) WHERE deleted_ms IS NULL;

-- What was answered to a write that carried an Idempotency-Key, written in that write's own transaction.
CREATE TABLE kept_answers (
  owner        TEXT    NOT NULL,                        -- who asked: "user:ULID"
  key          TEXT    NOT NULL,                        -- made up by the client
  request_hash BLOB    NOT NULL,                        -- SHA-256 of all that the answer depends on
  status       INTEGER NOT NULL,
  etag         TEXT    NOT NULL,
  body         TEXT    NOT NULL,
  expires_ms   INTEGER NOT NULL,
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_answers_expiry ON kept_answers (expires_ms);
