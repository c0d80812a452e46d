-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_due_jobs;
DROP FUNCTION stele_expired_leases;
DELETE FROM partitioned_tables WHERE parent = 'job_events';
DROP TABLE artifacts, job_tool_calls, job_checkpoints, job_events, job_signals, job_steps, job_attempts, job_queues, job_queue, jobs;
DROP FUNCTION stele_job_events_held;
DROP FUNCTION stele_submit_job;
