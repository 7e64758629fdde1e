-- The school year: one document for the district (school_id '') and one for each school that differs from it.
CREATE TABLE calendars (
  school_id  TEXT    NOT NULL PRIMARY KEY,
  version    INTEGER NOT NULL,                          -- from 1, one more with each change
  document   TEXT    NOT NULL,                          -- server/domain/calendar_document.h: to_json
  changed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
