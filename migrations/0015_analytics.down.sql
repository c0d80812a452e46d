-- Takes the annotations away, and with them all that scores and advice rest on, the skills, the channels
-- and what waits for a heartbeat.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

ALTER TABLE job_schedules DROP COLUMN fired;
DROP TABLE annotations, skills, channels, wake_items;
