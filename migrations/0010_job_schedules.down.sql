-- Schedules fire no more, and what ran is kept for ever again.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP FUNCTION stele_drop_partitions(timestamptz, boolean);
DROP TRIGGER jobs_held ON jobs;
DROP TRIGGER artifacts_held ON artifacts;
DROP FUNCTION stele_refuse_held_row();
DROP POLICY legal_hold ON jobs;
DROP POLICY legal_hold ON artifacts;
ALTER TABLE jobs DROP COLUMN depth;
ALTER TABLE job_schedules DROP COLUMN overlap, DROP COLUMN catch_up, DROP COLUMN instance, DROP COLUMN look_at,
    DROP COLUMN note, DROP COLUMN updated_at;
