-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_event_heads;
DROP TRIGGER announce_submitted ON jobs;
DROP TRIGGER announce_ended ON jobs;
DROP TRIGGER announce_started ON job_queue;
DELETE FROM partitioned_tables WHERE parent = 'events';
DROP TABLE events, event_heads;
DROP FUNCTION stele_announce_start;
DROP FUNCTION stele_announce_job;
DROP FUNCTION stele_bounded_json;
DROP FUNCTION stele_announce;
