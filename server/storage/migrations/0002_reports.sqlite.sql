-- What laptops said: the log of reports, the newest state of each agent, packs, access points.
-- Telemetry is keyed by agents.agent_no. Instants are UTC milliseconds.

-- Appended to, read by log_id, deleted from its old end; no further index. `facts` is the binary form that
-- server/storage/report_codec.h documents. Each entry names the same agent's entry before it, so that one
-- laptop's history is read by following that chain.
CREATE TABLE report_log (
  log_id      INTEGER PRIMARY KEY,                      -- assigned by the server, never used twice
  agent_no    INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  facts       BLOB    NOT NULL
) STRICT;

-- Written behind: what is missing here is in the tail of the log.
CREATE TABLE agent_states (
  agent_no INTEGER PRIMARY KEY,
  state    BLOB NOT NULL                                -- server/storage/agent_state_store.h
) STRICT;

-- The parts of the newest report that stay the same for days; written when they change.
CREATE TABLE agent_sections (
  agent_no INTEGER NOT NULL,
  section  INTEGER NOT NULL,                            -- domain::Section
  content  BLOB    NOT NULL,
  PRIMARY KEY (agent_no, section)
) STRICT, WITHOUT ROWID;

-- One row: the log up to which every state is written, and the server's last sign of life.
CREATE TABLE fleet_clock (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  written_log_id INTEGER NOT NULL,
  alive_ms       INTEGER NOT NULL
) STRICT;

-- Battery packs. The key is a hash of maker, model and serial, or of the agent where a serial says nothing.
CREATE TABLE packs (
  pack_key      INTEGER PRIMARY KEY,
  manufacturer  TEXT    NOT NULL,
  model         TEXT    NOT NULL,
  serial        TEXT    NOT NULL,
  technology    TEXT    NOT NULL,
  design_mwh    INTEGER NOT NULL,                       -- 0: unknown
  first_seen_ms INTEGER NOT NULL
) STRICT;

-- Where a pack was, and from when to when; an open stay has no end.
CREATE TABLE pack_stays (
  agent_no INTEGER NOT NULL,
  pack_key INTEGER NOT NULL REFERENCES packs (pack_key),
  from_ms  INTEGER NOT NULL,
  until_ms INTEGER,
  name     TEXT    NOT NULL,                            -- "BAT0"
  PRIMARY KEY (agent_no, pack_key, from_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_stays_pack ON pack_stays (pack_key);

-- Sums an hour; no column here leads to a device.
CREATE TABLE access_point_hours (
  bssid      TEXT    NOT NULL,
  hour       INTEGER NOT NULL,                          -- since 1970-01-01 UTC
  ssid       TEXT    NOT NULL,
  school_id  TEXT    NOT NULL,
  reports    INTEGER NOT NULL,
  signals    INTEGER NOT NULL,                          -- reports that told a signal
  signal_sum INTEGER NOT NULL,                          -- dBm
  signal_min INTEGER NOT NULL,                          -- dBm; 0 without signals
  PRIMARY KEY (bssid, hour)
) STRICT, WITHOUT ROWID;
