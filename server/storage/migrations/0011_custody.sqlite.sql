-- Who has which device, and had it: rows are opened, closed once, and never changed otherwise.
CREATE TABLE custody (
  custody_id      TEXT    NOT NULL PRIMARY KEY,         -- ULID
  device_id       TEXT    NOT NULL REFERENCES devices (device_id),
  holder_kind     TEXT    NOT NULL,                     -- person, or the kind of the place
  person_no       INTEGER REFERENCES people (person_no),
  place_id        TEXT    REFERENCES places (place_id),
  agreement       TEXT    NOT NULL,
  given_ms        INTEGER NOT NULL,
  given_by        TEXT    NOT NULL,                     -- "user:ULID"
  given_act       TEXT    NOT NULL,                     -- ULID, of custody_acts
  given_reason    TEXT    NOT NULL,
  given_condition TEXT    NOT NULL,
  given_kit       TEXT    NOT NULL,
  given_note      TEXT    NOT NULL,
  taken_ms        INTEGER,                              -- NULL: the row is open
  taken_by        TEXT,
  taken_act       TEXT,
  taken_reason    TEXT,
  taken_condition TEXT,
  taken_kit       TEXT,
  taken_note      TEXT,
  CHECK ((person_no IS NULL) <> (place_id IS NULL)),
  CHECK ((holder_kind = 'person') = (person_no IS NOT NULL)),
  CHECK (taken_ms IS NULL OR taken_ms >= given_ms),
  CHECK ((taken_ms IS NULL) = (taken_by IS NULL) AND (taken_ms IS NULL) = (taken_act IS NULL)
         AND (taken_ms IS NULL) = (taken_reason IS NULL) AND (taken_ms IS NULL) = (taken_condition IS NULL)
         AND (taken_ms IS NULL) = (taken_kit IS NULL) AND (taken_ms IS NULL) = (taken_note IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX custody_open ON custody (device_id) WHERE taken_ms IS NULL;
CREATE INDEX custody_device ON custody (device_id, given_ms);
CREATE INDEX custody_person ON custody (person_no, taken_ms) WHERE person_no IS NOT NULL;
CREATE INDEX custody_place ON custody (place_id, device_id) WHERE place_id IS NOT NULL AND taken_ms IS NULL;

CREATE TRIGGER custody_no_delete BEFORE DELETE ON custody
BEGIN SELECT raise(ABORT, 'the custody ledger is append-only'); END;
CREATE TRIGGER custody_begins_open BEFORE INSERT ON custody WHEN NEW.taken_ms IS NOT NULL
BEGIN SELECT raise(ABORT, 'a row of the custody ledger begins open'); END;
CREATE TRIGGER custody_close_only BEFORE UPDATE ON custody
WHEN OLD.taken_ms IS NOT NULL OR NEW.taken_ms IS NULL
  OR NEW.custody_id <> OLD.custody_id OR NEW.device_id <> OLD.device_id OR NEW.holder_kind <> OLD.holder_kind
  OR NEW.person_no IS NOT OLD.person_no OR NEW.place_id IS NOT OLD.place_id OR NEW.agreement <> OLD.agreement
  OR NEW.given_ms <> OLD.given_ms OR NEW.given_by <> OLD.given_by OR NEW.given_act <> OLD.given_act
  OR NEW.given_reason <> OLD.given_reason OR NEW.given_condition <> OLD.given_condition
  OR NEW.given_kit <> OLD.given_kit OR NEW.given_note <> OLD.given_note
BEGIN SELECT raise(ABORT, 'a row of the custody ledger is closed once and not changed otherwise'); END;

-- What each act did to each device, and how the device was before it: what undoing needs.
CREATE TABLE custody_acts (
  act_id           TEXT    NOT NULL,                    -- ULID
  device_id        TEXT    NOT NULL REFERENCES devices (device_id),
  actor            TEXT    NOT NULL,
  at_ms            INTEGER NOT NULL,
  lifecycle_before TEXT    NOT NULL,
  condition_before TEXT    NOT NULL,
  undoes           TEXT,                                -- the act that this one takes back
  PRIMARY KEY (act_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX custody_acts_undone ON custody_acts (undoes, device_id) WHERE undoes IS NOT NULL;

-- Who has left and still holds something is looked for school by school.
CREATE INDEX devices_school ON devices (school_id) WHERE school_id IS NOT NULL AND deleted_ms IS NULL;
