-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_due_schedules;
DROP TABLE wake_items, job_schedules, job_definitions;
DROP FUNCTION stele_refuse_change;
