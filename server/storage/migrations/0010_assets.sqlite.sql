-- A device as the district's property. The four facts of a device are apart: lifecycle and condition here, custody and loan
-- in tables of their own. A device that nobody listed is known from its agent only.
ALTER TABLE devices ADD COLUMN kind TEXT NOT NULL DEFAULT 'laptop';
ALTER TABLE devices ADD COLUMN lifecycle TEXT NOT NULL DEFAULT 'ready';
ALTER TABLE devices ADD COLUMN condition TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE devices ADD COLUMN lost_ms INTEGER;                        -- flags: since when
ALTER TABLE devices ADD COLUMN stolen_ms INTEGER;
ALTER TABLE devices ADD COLUMN on_hold_ms INTEGER;
ALTER TABLE devices ADD COLUMN model_id TEXT REFERENCES device_models (model_id);
ALTER TABLE devices ADD COLUMN listed_ms INTEGER;                      -- since when the inventory has it
ALTER TABLE devices ADD COLUMN ownership TEXT NOT NULL DEFAULT 'district';
ALTER TABLE devices ADD COLUMN kit TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN funding_source TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN purchase_order TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN cost_cents INTEGER;
ALTER TABLE devices ADD COLUMN purchased_day INTEGER;                  -- days since 1970-01-01
ALTER TABLE devices ADD COLUMN warranty_end_day INTEGER;
ALTER TABLE devices ADD COLUMN lease_end_day INTEGER;
ALTER TABLE devices ADD COLUMN insurance TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE devices ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX devices_model ON devices (model_id, school_id) WHERE model_id IS NOT NULL AND deleted_ms IS NULL;
CREATE INDEX devices_order ON devices (purchase_order) WHERE purchase_order <> '' AND deleted_ms IS NULL;
-- Who had this tag or serial before it was deleted.
CREATE INDEX devices_deleted_serial ON devices (serial) WHERE serial <> '' AND deleted_ms IS NOT NULL;
CREATE INDEX devices_deleted_tag ON devices (lower(tag)) WHERE tag IS NOT NULL AND deleted_ms IS NOT NULL;
