-- Physical audits: what lies in a room, a cart or a pool is held against the custody ledger. Called checks here, because
-- "audit" is the log of all changes.
CREATE TABLE inventory_checks (
  check_id    TEXT    NOT NULL PRIMARY KEY,             -- ULID
  place_id    TEXT    NOT NULL REFERENCES places (place_id),
  place_kind  TEXT    NOT NULL,                         -- kind, name and school as they were when it began
  place_name  TEXT    NOT NULL,
  school_id   TEXT    REFERENCES schools (school_id),   -- NULL: a place of the district
  state       TEXT    NOT NULL CHECK (state IN ('open', 'closed', 'abandoned')),
  note        TEXT    NOT NULL,
  started_ms  INTEGER NOT NULL,
  started_by  TEXT    NOT NULL,                         -- "user:ULID"
  ended_ms    INTEGER,                                  -- NULL: open
  ended_by    TEXT,
  end_note    TEXT    NOT NULL,
  scanned     INTEGER,                                  -- the result, when it was closed
  seen        INTEGER,
  explained   INTEGER,
  unexpected  INTEGER,
  unknown     INTEGER,
  CHECK ((state = 'open') = (ended_ms IS NULL) AND (ended_ms IS NULL) = (ended_by IS NULL)),
  CHECK ((state = 'closed') = (scanned IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX inventory_checks_open ON inventory_checks (place_id) WHERE state = 'open';
CREATE INDEX inventory_checks_newest ON inventory_checks (started_ms, check_id);

-- What was expected when it began, and whatever else was scanned.
CREATE TABLE inventory_check_items (
  check_id     TEXT    NOT NULL REFERENCES inventory_checks (check_id),
  item         TEXT    NOT NULL,                        -- the device's id, or '?' and what was scanned, folded
  device_id    TEXT    REFERENCES devices (device_id),  -- NULL: nothing is known under what was scanned
  expected     INTEGER NOT NULL CHECK (expected IN (0, 1)),
  custody_id   TEXT    REFERENCES custody (custody_id), -- the row of the ledger by which it was expected
  scanned_ms   INTEGER,                                 -- the first scan
  scanned_by   TEXT,
  seen_ms      INTEGER,                                 -- its agent, on the school's network; written when it is closed
  outcome      TEXT,                                    -- what became of a missing one, and of an unexpected one
  outcome_note TEXT,
  outcome_ms   INTEGER,
  outcome_by   TEXT,
  PRIMARY KEY (check_id, item),
  CHECK (expected = 0 OR device_id IS NOT NULL),
  CHECK (expected = 1 OR scanned_ms IS NOT NULL),
  CHECK ((scanned_ms IS NULL) = (scanned_by IS NULL)),
  CHECK ((outcome IS NULL) = (outcome_note IS NULL) AND (outcome IS NULL) = (outcome_ms IS NULL)
         AND (outcome IS NULL) = (outcome_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER inventory_checks_no_delete BEFORE DELETE ON inventory_checks
BEGIN SELECT raise(ABORT, 'a physical audit is kept'); END;
CREATE TRIGGER inventory_checks_frozen BEFORE UPDATE ON inventory_checks WHEN OLD.state <> 'open'
BEGIN SELECT raise(ABORT, 'a physical audit that has ended is not changed'); END;
CREATE TRIGGER inventory_check_items_no_delete BEFORE DELETE ON inventory_check_items
BEGIN SELECT raise(ABORT, 'what a physical audit found is kept'); END;
CREATE TRIGGER inventory_check_items_late BEFORE INSERT ON inventory_check_items
WHEN (SELECT state FROM inventory_checks WHERE check_id = NEW.check_id) <> 'open'
BEGIN SELECT raise(ABORT, 'a physical audit that has ended is not changed'); END;
CREATE TRIGGER inventory_check_items_frozen BEFORE UPDATE ON inventory_check_items
WHEN (SELECT state FROM inventory_checks WHERE check_id = OLD.check_id) <> 'open'
  OR NEW.check_id <> OLD.check_id OR NEW.item <> OLD.item OR NEW.expected <> OLD.expected
  OR NEW.custody_id IS NOT OLD.custody_id OR (OLD.scanned_ms IS NOT NULL AND NEW.scanned_ms IS NOT OLD.scanned_ms)
BEGIN SELECT raise(ABORT, 'what was expected and scanned is not changed'); END;
