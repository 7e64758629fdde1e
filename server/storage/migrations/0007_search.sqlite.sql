-- What the search finds things by. Whoever changes something that is searched marks it in the same transaction; a job
-- brings the index up to the marks, in the order of the terms, so that a district's worth does not cost a page a term.

CREATE TABLE search_marks (
  kind    INTEGER NOT NULL,                             -- domain::SearchKind
  subject TEXT    NOT NULL,                             -- device_id, person_no
  mark    INTEGER NOT NULL,                             -- counts changes that the job has not seen
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

-- Whose terms are looked through: all things of a kind, or those of one school.
CREATE TABLE search_scopes (
  scope_no  INTEGER NOT NULL PRIMARY KEY,
  kind      INTEGER NOT NULL,
  school_id TEXT    NOT NULL,                           -- '' for all
  UNIQUE (kind, school_id)
) STRICT;

CREATE TABLE search_documents (
  doc_no  INTEGER NOT NULL PRIMARY KEY,
  kind    INTEGER NOT NULL,
  subject TEXT    NOT NULL,
  scopes  TEXT    NOT NULL,                             -- "3 17"
  text    TEXT    NOT NULL,                             -- domain::SearchText; '' while its terms are being written
  gone    INTEGER NOT NULL                              -- deleted, withdrawn, missing
) STRICT;
CREATE UNIQUE INDEX search_documents_subject ON search_documents (kind, subject);

CREATE TABLE search_postings (
  scope_no INTEGER NOT NULL,
  term     TEXT    NOT NULL,
  doc_no   INTEGER NOT NULL,
  PRIMARY KEY (scope_no, term, doc_no)
) STRICT, WITHOUT ROWID;

INSERT INTO search_marks (kind, subject, mark) SELECT 0, device_id, 1 FROM devices;
INSERT INTO search_marks (kind, subject, mark) SELECT 1, CAST(person_no AS TEXT), 1 FROM people;

-- The list of people is searched by the same index.
ALTER TABLE people DROP COLUMN search_text;
