-- Takes the jobs domain away with everything that ran and is to run.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP TABLE job_schedules, job_definitions, artifacts, job_tool_calls, job_checkpoints, job_events, job_signals,
    job_steps, job_attempts, job_queues, job_queue, jobs;
DROP FUNCTION stele_submit_job(text, text, jsonb, jsonb);
DROP FUNCTION stele_keep_partitions(integer);
