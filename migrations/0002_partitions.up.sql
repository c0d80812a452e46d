-- Tables that are partitioned by time: the partitions of the coming periods are made ahead, those that are over are
-- dropped whole. Which tables those are stands in partitioned_tables; no function names one.
SET LOCAL lock_timeout = '5s';

-- One row a partitioned parent. Its default partition is <parent>_default, the others <parent>_y2026m11 or
-- <parent>_y2026m11d30, in UTC. Only who migrates writes here: the names are executed as the owner.
CREATE TABLE partitioned_tables (
    parent      name PRIMARY KEY,
    period      text NOT NULL CHECK (period IN ('month', 'day')),
    ahead       integer NOT NULL CHECK (ahead BETWEEN 0 AND 366),  -- periods after the current one
    least_days  integer NOT NULL CHECK (least_days >= 0),          -- what ended less long ago is never dropped
    logged_id   name,  -- the column whose values retention_log lists when a partition goes; absent: it is not logged
    holds       name   -- a function(partition regclass) that says whether a partition must stay; absent: none must
);

-- The partitions of a parent but the default one, with the times that they take.
CREATE FUNCTION stele_partitions(of_parent name) RETURNS TABLE (partition name, starts timestamptz, ends timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT p.relname, p.starts, (p.starts AT TIME ZONE 'UTC' + ('1 ' || p.period)::interval) AT TIME ZONE 'UTC'
    FROM (SELECT c.relname, r.period,
                 to_timestamp(substr(c.relname, length(of_parent) + 2),
                              CASE r.period WHEN 'month' THEN '"y"YYYY"m"MM' ELSE '"y"YYYY"m"MM"d"DD' END)::timestamp
                     AT TIME ZONE 'UTC' AS starts
          FROM partitioned_tables r
              JOIN pg_inherits i ON i.inhparent = r.parent::text::regclass
              JOIN pg_class c ON c.oid = i.inhrelid
          WHERE r.parent = of_parent
              AND c.relname ~ ('^' || of_parent || CASE r.period WHEN 'month' THEN '_y[0-9]{4}m[0-9]{2}$'
                                                   ELSE '_y[0-9]{4}m[0-9]{2}d[0-9]{2}$' END)) p
$$;

-- Registers a partitioned parent, protects its default partition and makes the first partitions.
CREATE FUNCTION stele_register_partitions(of_parent name, of_period text, periods_ahead integer, days_at_least integer,
                                          logged name DEFAULT NULL, held_by name DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO partitioned_tables (parent, period, ahead, least_days, logged_id, holds)
    VALUES (of_parent, of_period, periods_ahead, days_at_least, logged, held_by);
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', of_parent || '_default', of_parent);
    PERFORM stele_protect(format('%I', of_parent || '_default')::regclass, partition => true);
    PERFORM stele_keep_partitions();
END
$$;

-- Makes the partitions of all registered parents for the current period and those ahead; gives how many it made. A period
-- of which rows are in the default partition already is left out, with a warning. Runs as its owner, for the runtime role
-- makes no tables.
CREATE FUNCTION stele_keep_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '2s' AS $$
DECLARE
    r partitioned_tables;
    starts timestamp;
    part text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0));
    FOR r IN SELECT * FROM partitioned_tables ORDER BY parent LOOP
        FOR i IN 0..r.ahead LOOP
            starts := date_trunc(r.period, now() AT TIME ZONE 'UTC') + i * ('1 ' || r.period)::interval;
            part := r.parent || to_char(starts, CASE r.period WHEN 'month' THEN '"_y"YYYY"m"MM'
                                                              ELSE '"_y"YYYY"m"MM"d"DD' END);
            CONTINUE WHEN to_regclass(quote_ident(part)) IS NOT NULL;
            BEGIN
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, r.parent);
                PERFORM stele_protect(quote_ident(part)::regclass, partition => true);
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', r.parent, part,
                               starts AT TIME ZONE 'UTC',
                               (starts + ('1 ' || r.period)::interval) AT TIME ZONE 'UTC');
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'the default partition of % holds rows of %', r.parent, part;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

-- Writes to each tenant's retention_log what goes with a partition: the ids of the registered column in pages of 1,000,
-- up to 10,000 a tenant; of more the count of rows alone, which the rule then says. Gives rows and tenants. With
-- only_look it writes nothing.
CREATE FUNCTION stele_log_partition(part name, id_column name, why text, only_look boolean,
                                    OUT row_count bigint, OUT tenant_count bigint) LANGUAGE plpgsql AS $$
DECLARE
    t record;
    ids uuid[];
    page integer;
BEGIN
    row_count := 0;
    tenant_count := 0;
    FOR t IN EXECUTE format('SELECT org_id AS org, project_id AS project, count(*) AS n FROM %I GROUP BY 1, 2', part) LOOP
        row_count := row_count + t.n;
        tenant_count := tenant_count + 1;
        CONTINUE WHEN only_look OR id_column IS NULL;
        PERFORM set_config('stele.org_id', t.org::text, true), set_config('stele.project_id', t.project::text, true);
        EXECUTE format('SELECT array_agg(id) FROM (SELECT DISTINCT %I AS id FROM %I WHERE org_id = $1 AND project_id = $2 '
                       'LIMIT 10001) d', id_column, part) INTO ids USING t.org, t.project;
        IF cardinality(ids) > 10000 THEN
            ids := '{}';
            why := why || ' (more than 10,000 ids: counted, not listed)';
        END IF;
        -- The first row of the log has the count of rows; a page that follows has that of its ids.
        FOR page IN 0..greatest(cardinality(ids) - 1, 0) / 1000 LOOP
            INSERT INTO retention_log (org_id, project_id, id, applied_at, applied_by, table_name, class, rule, row_count,
                                       row_ids)
            VALUES (t.org, t.project, gen_random_uuid(), now(), session_user, part, 'events',
                    why || CASE WHEN page > 0 THEN format(' (ids, page %s)', page + 1) ELSE '' END,
                    CASE WHEN page = 0 THEN t.n ELSE cardinality(ids[page * 1000 + 1:page * 1000 + 1000]) END,
                    ids[page * 1000 + 1:page * 1000 + 1000]);
        END LOOP;
    END LOOP;
END
$$;

-- Drops the partitions of a registered parent that were over before a time, but none that must stay; gives their names,
-- how many rows went and of how many tenants. With only_look it changes nothing and says what it would do. Runs as its
-- owner; stele_maintenance alone may call it.
CREATE FUNCTION stele_drop_partitions(of_parent text, before timestamptz, only_look boolean DEFAULT false)
RETURNS TABLE (partition text, row_count bigint, tenant_count bigint) LANGUAGE plpgsql SECURITY DEFINER
SET lock_timeout = '2s' AS $$
DECLARE
    -- It looks across tenants as an operator, writes as each, and leaves the caller's settings as they were.
    was text[] := ARRAY[current_setting('stele.operator', true), current_setting('stele.org_id', true),
                        current_setting('stele.project_id', true)];
    r partitioned_tables;
    held boolean;
BEGIN
    SELECT * INTO r FROM partitioned_tables WHERE parent = of_parent;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'stele_drop_partitions: % is not registered', of_parent
            USING ERRCODE = 'invalid_parameter_value', HINT = 'partitioned_tables names those that are';
    END IF;
    IF before IS NULL OR before > now() - make_interval(days => r.least_days) + interval '1 day' THEN
        RAISE EXCEPTION 'stele_drop_partitions: % keeps % days at least, which is after %', of_parent, r.least_days, before
            USING ERRCODE = 'invalid_parameter_value', HINT = 'name an earlier time';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('stele partitions', 0)), set_config('stele.operator', 'on', true);
    FOR partition IN
        SELECT p.partition FROM stele_partitions(of_parent::name) p WHERE p.ends <= before ORDER BY p.starts
    LOOP
        -- Its time is over, so nobody adds to it; DROP takes the parent's lock before its own.
        IF r.holds IS NOT NULL THEN
            EXECUTE format('SELECT %I(%L::regclass)', r.holds, quote_ident(partition)) INTO held;
            CONTINUE WHEN held;
        END IF;
        SELECT l.row_count, l.tenant_count INTO row_count, tenant_count
        FROM stele_log_partition(partition::name, r.logged_id,
                                 format('the %s ended before %s', r.period, (before AT TIME ZONE 'UTC')::date),
                                 only_look) l;
        IF NOT only_look THEN
            EXECUTE format('DROP TABLE %I', partition);
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('stele.operator', coalesce(was[1], ''), true),
            set_config('stele.org_id', coalesce(was[2], ''), true),
            set_config('stele.project_id', coalesce(was[3], ''), true);
END
$$;

REVOKE ALL ON FUNCTION stele_register_partitions(name, text, integer, integer, name, name), stele_keep_partitions(),
    stele_log_partition(name, name, text, boolean), stele_drop_partitions(text, timestamptz, boolean) FROM PUBLIC;
DO $$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['stele_keep_partitions()', 'stele_drop_partitions(text, timestamptz, boolean)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', named, current_schema());
    END LOOP;
    PERFORM stele_grant('EXECUTE', 'FUNCTION stele_keep_partitions()', 'stele_runtime'),
            stele_grant('EXECUTE', 'FUNCTION stele_keep_partitions()', 'stele_maintenance'),
            stele_grant('EXECUTE', 'FUNCTION stele_drop_partitions(text, timestamptz, boolean)', 'stele_maintenance'),
            stele_grant('SELECT', 'partitioned_tables', 'stele_runtime'),
            stele_grant('SELECT', 'partitioned_tables', 'stele_readonly');
    EXECUTE format('GRANT SELECT ON partitioned_tables TO %I', stele_reader());
END
$$;
