-- What was ordered, what arrived, and how far each device is on its way from the box to the shelf.
CREATE TABLE purchase_orders (
  order_id       TEXT    NOT NULL PRIMARY KEY,          -- ULID
  number         TEXT    NOT NULL,
  number_key     TEXT    NOT NULL UNIQUE,               -- folded
  vendor         TEXT    NOT NULL,
  funding_source TEXT    NOT NULL,
  school_id      TEXT    REFERENCES schools (school_id),-- NULL: the district's
  expected_day   INTEGER,                               -- days since 1970-01-01
  next_tag       TEXT    NOT NULL,                      -- the tag that is given next; '': tags are scanned
  note           TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  created_ms     INTEGER NOT NULL,
  created_by     TEXT    NOT NULL,                      -- "user:ULID"
  closed_ms      INTEGER,                               -- NULL: open
  closed_by      TEXT,
  close_reason   TEXT    NOT NULL,                      -- why with less than was ordered; '' when all came
  CHECK ((closed_ms IS NULL) = (closed_by IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX purchase_orders_newest ON purchase_orders (created_ms, order_id);

CREATE TABLE purchase_order_lines (
  order_id        TEXT    NOT NULL REFERENCES purchase_orders (order_id),
  line            INTEGER NOT NULL,                     -- from 1
  model_id        TEXT    NOT NULL REFERENCES device_models (model_id),
  quantity        INTEGER NOT NULL CHECK (quantity > 0),
  unit_cost_cents INTEGER,
  PRIMARY KEY (order_id, line)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX purchase_order_models ON purchase_order_lines (order_id, model_id);

CREATE TABLE deliveries (
  delivery_id   TEXT    NOT NULL PRIMARY KEY,           -- ULID
  order_id      TEXT    NOT NULL REFERENCES purchase_orders (order_id),
  delivered_day INTEGER NOT NULL,                       -- days since 1970-01-01
  announced     INTEGER NOT NULL,                       -- how many the packing slip says
  reference     TEXT    NOT NULL,                       -- of the packing slip
  note          TEXT    NOT NULL,
  created_ms    INTEGER NOT NULL,
  created_by    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_order ON deliveries (order_id, delivered_day);
CREATE INDEX deliveries_newest ON deliveries (delivered_day, delivery_id);

-- A device is received once. That its image is on it an agent proves which enrolled on it; what stands here is for devices
-- that have none.
CREATE TABLE received_devices (
  device_id   TEXT    NOT NULL PRIMARY KEY REFERENCES devices (device_id),
  order_id    TEXT    NOT NULL,
  line        INTEGER NOT NULL,
  delivery_id TEXT    NOT NULL REFERENCES deliveries (delivery_id),
  received_ms INTEGER NOT NULL,
  received_by TEXT    NOT NULL,
  tagged_ms   INTEGER,
  tagged_by   TEXT,
  imaged_ms   INTEGER,
  imaged_by   TEXT,
  checked_ms  INTEGER,
  checked_by  TEXT,
  damaged     INTEGER NOT NULL CHECK (damaged IN (0, 1)),
  check_note  TEXT    NOT NULL,
  FOREIGN KEY (order_id, line) REFERENCES purchase_order_lines (order_id, line),
  CHECK ((tagged_ms IS NULL) = (tagged_by IS NULL) AND (imaged_ms IS NULL) = (imaged_by IS NULL)
         AND (checked_ms IS NULL) = (checked_by IS NULL)),
  CHECK (damaged = 0 OR checked_ms IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_devices_order ON received_devices (order_id, received_ms, device_id);
CREATE INDEX received_devices_line ON received_devices (order_id, line);
CREATE INDEX received_devices_delivery ON received_devices (delivery_id);
