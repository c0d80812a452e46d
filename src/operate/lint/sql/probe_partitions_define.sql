-- Defines, for this session, what probe_partitions asks: for every table that is partitioned by range of one date or
-- time, the moments (now, then one, two and three months on) that no partition but a default one would take. A
-- bound can only be asked by evaluating it, hence EXECUTE.
CREATE FUNCTION pg_temp.probe_partitions() RETURNS SETOF text LANGUAGE plpgsql AS $body$
DECLARE
    parent record;
    covered boolean;
    moment timestamptz;
BEGIN
    FOR parent IN
        SELECT p.partrelid, attname, format_type(atttypid, atttypmod) AS type,
               string_agg(format('(%s)', pg_get_partition_constraintdef(i.inhrelid)), ' OR ')
                   FILTER (WHERE i.inhrelid <> p.partdefid) AS bounds
        FROM pg_partitioned_table p
        JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
        LEFT JOIN pg_inherits i ON i.inhparent = p.partrelid
        WHERE partstrat = 'r' AND partnatts = 1
          AND atttypid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
        GROUP BY p.partrelid, attname, atttypid, atttypmod
        ORDER BY p.partrelid::regclass::text
    LOOP
        FOR months IN 0..3 LOOP
            moment := now() + make_interval(months => months);
            BEGIN
                EXECUTE format('SELECT %s FROM (SELECT %L::%s AS %I) AS a_row',
                               coalesce(parent.bounds, 'false'), moment, parent.type,
                               parent.attname)
                    INTO covered;
            EXCEPTION WHEN undefined_column THEN
                RETURN NEXT format('%s: it is itself a part of something, which this probe cannot '
                                   'judge', parent.partrelid::regclass);
                EXIT;
            END;
            IF NOT covered THEN
                RETURN NEXT format('%s: no partition takes %s', parent.partrelid::regclass,
                                   moment::date);
            END IF;
        END LOOP;
    END LOOP;
END
$body$
