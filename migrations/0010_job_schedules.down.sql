-- Schedules fire no more, and what ran is kept for ever again.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP FUNCTION stele_drop_partitions(timestamptz, boolean);
DROP TRIGGER jobs_held ON jobs;
DROP TRIGGER artifacts_held ON artifacts;
DROP FUNCTION stele_refuse_held_row();
DROP POLICY legal_hold ON jobs;
DROP POLICY legal_hold ON artifacts;
DROP TRIGGER job_definitions_unchanged ON job_definitions;
DROP FUNCTION stele_refuse_change();
ALTER TABLE jobs DROP COLUMN depth, DROP COLUMN attempt_started_at;
ALTER TABLE job_queue DROP COLUMN granted_seconds;
ALTER TABLE job_queue ALTER COLUMN event_seq SET DEFAULT 0;
ALTER TABLE jobs ALTER COLUMN event_seq SET DEFAULT 0;
ALTER TABLE job_schedules DROP COLUMN overlap, DROP COLUMN catch_up, DROP COLUMN instance, DROP COLUMN look_at,
    DROP COLUMN note, DROP COLUMN updated_at;

-- As in 0009: it knows no definitions.
CREATE OR REPLACE FUNCTION stele_submit_job(to_queue text, job_name text, job_input jsonb DEFAULT NULL,
                                 options jsonb DEFAULT '{}') RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    org uuid := stele_org();
    project uuid := stele_project();
    unknown text;
    delay double precision := coalesce((options ->> 'delaySeconds')::double precision, 0);
    made uuid;
BEGIN
    IF org IS NULL OR project IS NULL THEN
        RAISE EXCEPTION 'stele_submit_job: no tenant is set'
            USING HINT = 'SELECT set_config(''stele.org_id'', …, true), set_config(''stele.project_id'', …, true)';
    END IF;
    SELECT string_agg(o, ', ') INTO unknown FROM jsonb_object_keys(options) o
    WHERE o NOT IN ('key', 'group', 'priority', 'delaySeconds', 'maxAttempts', 'leaseSeconds', 'metadata');
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'stele_submit_job: options: unknown: %', unknown USING ERRCODE = 'invalid_parameter_value',
            HINT = 'known are key, group, priority, delaySeconds, maxAttempts, leaseSeconds, metadata';
    END IF;
    IF coalesce(octet_length(to_queue), 0) NOT BETWEEN 1 AND 128
        OR coalesce(octet_length(job_name), 0) NOT BETWEEN 1 AND 128 THEN
        RAISE EXCEPTION 'stele_submit_job: queue and name: expected 1 to 128 bytes'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF EXISTS (SELECT FROM job_queues q WHERE q.org_id = org AND q.project_id = project AND q.queue = to_queue
                                          AND q.draining) THEN
        RAISE EXCEPTION 'queue % is draining: it takes no new jobs', to_queue;
    END IF;
    -- A UUIDv7: milliseconds, then random bits.
    made := encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
                substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
    INSERT INTO jobs (org_id, project_id, id, queue, name, key, group_key, priority, run_at, max_attempts,
                      lease_seconds, instance, input, metadata)
    VALUES (org, project, made, to_queue, job_name, options ->> 'key', coalesce(options ->> 'group', ''),
            coalesce((options ->> 'priority')::smallint, 100),
            CASE WHEN delay > 0 THEN now() + make_interval(secs => delay) END, (options ->> 'maxAttempts')::integer,
            (options ->> 'leaseSeconds')::integer, 'sql:' || session_user, job_input, options -> 'metadata')
    ON CONFLICT (org_id, project_id, queue, key) WHERE key IS NOT NULL DO NOTHING;
    IF NOT FOUND THEN
        RETURN (SELECT j.id FROM jobs j WHERE j.org_id = org AND j.project_id = project AND j.queue = to_queue
                                            AND j.key = options ->> 'key');
    END IF;
    INSERT INTO job_queue (org_id, project_id, id, queue, name, group_key, priority, state, wake_at, lease_seconds)
    VALUES (org, project, made, to_queue, job_name, coalesce(options ->> 'group', ''),
            coalesce((options ->> 'priority')::smallint, 100), CASE WHEN delay > 0 THEN 'delayed' ELSE 'ready' END,
            CASE WHEN delay > 0 THEN now() + make_interval(secs => delay) END,
            (options ->> 'leaseSeconds')::integer);
    PERFORM pg_notify('stele_jobs', org || ':' || project || ':' || to_queue);
    RETURN made;
END
$$;
