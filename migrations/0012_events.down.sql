-- Takes the stream of events away; what jobs did stays in the ledger.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP TRIGGER announce_submitted ON jobs;
DROP TRIGGER announce_ended ON jobs;
DROP TRIGGER announce_started ON job_queue;
DROP FUNCTION stele_announce_job();
DROP FUNCTION stele_announce_start();
DROP FUNCTION stele_brief(jsonb);
ALTER TABLE jobs DROP COLUMN announced;
ALTER TABLE job_queue DROP COLUMN announced;
DROP FUNCTION stele_drop_event_months(timestamptz);
DROP FUNCTION stele_announce(uuid, uuid, text, uuid, text, jsonb);
DROP TABLE events, event_heads;

-- As in 0009.
CREATE OR REPLACE FUNCTION stele_keep_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '2s' AS $$
DECLARE
    reader name := CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_operator')
                             AND pg_has_role(current_user, 'stele_operator', 'USAGE')
                        THEN 'stele_operator' ELSE current_user END;
    month timestamptz;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0));
    FOR i IN 0..least(months_ahead, 24) LOOP
        month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i)) AT TIME ZONE 'UTC';
        part := 'job_events_' || to_char(month AT TIME ZONE 'UTC', '"y"YYYY"m"MM');
        IF to_regclass(part) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE TABLE %I (LIKE job_events INCLUDING ALL)', part);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
                EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = stele_org() AND project_id = '
                               'stele_project())', part);
                EXECUTE format('CREATE POLICY operator ON %I FOR SELECT TO %I USING '
                               '(current_setting(''stele.operator'', true) = ''on'')', part, reader);
                EXECUTE format('GRANT SELECT ON %I TO %I', part, reader);
                EXECUTE format('ALTER TABLE job_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part,
                               month, (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'the default partition of job_events holds rows of %', part;
            END;
        END IF;
    END LOOP;
    RETURN made;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION stele_keep_partitions(integer) SET search_path = %I, pg_temp', current_schema());
END
$$;
