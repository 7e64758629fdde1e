-- The roster: who is there, in which school and class. Kept is what a counter needs; birth dates, addresses, telephone
-- numbers, middle names, passwords and guardians never get this far. Nothing is deleted because an export lacks it.

CREATE TABLE people (
  person_no        INTEGER NOT NULL PRIMARY KEY,        -- the other tables' key
  person_id        TEXT    NOT NULL UNIQUE,             -- ULID
  source_id        TEXT    NOT NULL UNIQUE,             -- sourcedId
  student_number   TEXT    NOT NULL,                    -- '' for none
  given_name       TEXT    NOT NULL,
  family_name      TEXT    NOT NULL,
  preferred_given  TEXT    NOT NULL,
  preferred_family TEXT    NOT NULL,
  sort_name        TEXT    NOT NULL,                    -- folded "family, given", as they are shown
  search_text      TEXT    NOT NULL,                    -- folded: " word word word"
  role             TEXT    NOT NULL,                    -- student, teacher, staff
  school_id        TEXT    REFERENCES schools (school_id),
  grade            TEXT    NOT NULL,
  enabled          INTEGER NOT NULL,
  email            TEXT    NOT NULL,
  username_hash    BLOB,                                -- keyed, 16 bytes; as an agent's user_hash
  content_hash     INTEGER NOT NULL,                    -- keyed, of the row that was imported
  created_ms       INTEGER NOT NULL,
  missing_ms       INTEGER,                             -- since when the roster has them no more
  version          INTEGER NOT NULL
) STRICT;
CREATE INDEX people_sorted ON people (sort_name);
CREATE INDEX people_number ON people (student_number) WHERE student_number <> '';
CREATE INDEX people_username ON people (username_hash) WHERE username_hash IS NOT NULL;

CREATE TABLE person_schools (
  school_id TEXT    NOT NULL REFERENCES schools (school_id),
  person_no INTEGER NOT NULL REFERENCES people (person_no),
  PRIMARY KEY (person_no, school_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_schools_school ON person_schools (school_id, person_no);

CREATE TABLE terms (
  term_no     INTEGER NOT NULL PRIMARY KEY,
  source_id   TEXT    NOT NULL UNIQUE,
  title       TEXT    NOT NULL,
  kind        TEXT    NOT NULL,
  first_day   INTEGER NOT NULL,                         -- days since 1970-01-01, both included
  last_day    INTEGER NOT NULL,
  school_year TEXT    NOT NULL,
  missing_ms  INTEGER
) STRICT;

CREATE TABLE courses (
  course_no  INTEGER NOT NULL PRIMARY KEY,
  source_id  TEXT    NOT NULL UNIQUE,
  title      TEXT    NOT NULL,
  code       TEXT    NOT NULL,
  missing_ms INTEGER
) STRICT;

CREATE TABLE classes (
  class_no   INTEGER NOT NULL PRIMARY KEY,
  source_id  TEXT    NOT NULL UNIQUE,
  title      TEXT    NOT NULL,
  code       TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  grade      TEXT    NOT NULL,
  location   TEXT    NOT NULL,
  periods    TEXT    NOT NULL,
  school_id  TEXT    REFERENCES schools (school_id),
  course_no  INTEGER REFERENCES courses (course_no),
  missing_ms INTEGER
) STRICT;
CREATE INDEX classes_school ON classes (school_id) WHERE school_id IS NOT NULL;

CREATE TABLE class_terms (
  class_no INTEGER NOT NULL REFERENCES classes (class_no),
  term_no  INTEGER NOT NULL REFERENCES terms (term_no),
  PRIMARY KEY (class_no, term_no)
) STRICT, WITHOUT ROWID;

-- Millions of rows: the sourcedId is kept as its hash, which is all that is ever asked of it.
CREATE TABLE enrollments (
  person_no  INTEGER NOT NULL REFERENCES people (person_no),
  source_key INTEGER NOT NULL,                          -- hash of the sourcedId
  class_no   INTEGER NOT NULL REFERENCES classes (class_no),
  role       TEXT    NOT NULL,                          -- in this class
  is_primary INTEGER NOT NULL,
  first_day  INTEGER,
  last_day   INTEGER,
  missing_ms INTEGER,
  PRIMARY KEY (person_no, source_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrollments_class ON enrollments (class_no);

CREATE TABLE imports (
  import_id   TEXT    NOT NULL PRIMARY KEY,             -- ULID
  kind        TEXT    NOT NULL,                         -- oneroster, students
  source      TEXT    NOT NULL,                         -- upload, folder
  dry_run     INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  actor       TEXT    NOT NULL,
  approved_by TEXT    NOT NULL,
  created_ms  INTEGER NOT NULL,
  started_ms  INTEGER,
  finished_ms INTEGER,
  error       TEXT    NOT NULL,
  findings    INTEGER NOT NULL                          -- in all; import_findings may hold fewer
) STRICT, WITHOUT ROWID;

CREATE TABLE import_files (
  import_id TEXT    NOT NULL REFERENCES imports (import_id),
  file_no   INTEGER NOT NULL,
  file      TEXT    NOT NULL,
  mode      TEXT    NOT NULL,                           -- bulk, delta
  read      INTEGER NOT NULL,
  added     INTEGER NOT NULL,
  changed   INTEGER NOT NULL,
  gone      INTEGER NOT NULL,
  warnings  INTEGER NOT NULL,
  errors    INTEGER NOT NULL,
  kept      INTEGER NOT NULL,
  PRIMARY KEY (import_id, file_no)
) STRICT, WITHOUT ROWID;

-- Where and why, never what: no cell of a roster is repeated here.
CREATE TABLE import_findings (
  import_id  TEXT    NOT NULL REFERENCES imports (import_id),
  finding_no INTEGER NOT NULL,
  file       TEXT    NOT NULL,
  line       INTEGER NOT NULL,                          -- 0: the file as a whole
  column_name TEXT    NOT NULL,
  severity   TEXT    NOT NULL,
  reason     TEXT    NOT NULL,
  PRIMARY KEY (import_id, finding_no)
) STRICT, WITHOUT ROWID;
