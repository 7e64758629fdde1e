-- The district's schools, from the configuration and from the roster.
CREATE TABLE schools (
  school_id  TEXT    NOT NULL PRIMARY KEY,              -- the configuration's id, or a ULID
  name       TEXT    NOT NULL,
  source_id  TEXT    UNIQUE,                            -- sourcedId of the roster's org
  identifier TEXT    NOT NULL,
  created_ms INTEGER NOT NULL,
  missing_ms INTEGER                                    -- since when the roster has it no more
) STRICT, WITHOUT ROWID;

-- Whom a user reaches: one row a school. scope_kind stays with the user.
CREATE TABLE user_scopes (
  user_id  TEXT NOT NULL REFERENCES users (user_id),
  scope_id TEXT NOT NULL,
  PRIMARY KEY (user_id, scope_id)
) STRICT, WITHOUT ROWID;
INSERT INTO user_scopes (user_id, scope_id) SELECT user_id, scope_id FROM users WHERE scope_id <> '';
ALTER TABLE users DROP COLUMN scope_id;
