-- The days of the report log that have been merged into files of their own (server/storage/segment_file.h). An entry
-- whose log_id lies in one of these spans is in that file, whether or not report_log has it still.
CREATE TABLE segments (
  last_log_id  INTEGER PRIMARY KEY,
  first_log_id INTEGER NOT NULL,
  day          INTEGER NOT NULL,                        -- since 1970-01-01 UTC
  oldest_ms    INTEGER NOT NULL,                        -- received
  newest_ms    INTEGER NOT NULL,
  reports      INTEGER NOT NULL,
  checksum     INTEGER NOT NULL,                        -- of the file's foot; part of its name
  bytes        INTEGER NOT NULL
) STRICT;
