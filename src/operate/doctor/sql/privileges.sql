-- What the role that tenant transactions run as (stele_runtime for a login that is more powerful, else the
-- login) may not do and must, as what a GRANT names; whether that role has its rights by way of stele_runtime.
WITH me AS (
    SELECT CASE WHEN (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, t.relowner, 'MEMBER'))
                     AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime'
                                                        AND pg_has_role(r.oid, oid, 'MEMBER'))
                THEN 'stele_runtime' ELSE r.rolname::text END AS name
      FROM pg_roles r, pg_class t WHERE r.rolname = session_user AND t.oid = to_regclass('memories')
), wanted(relation, rights) AS (
    VALUES ('embedding_models', '{SELECT,INSERT,UPDATE}'::text[]), ('schema_migrations', '{SELECT}'),
           ('stele_backups', '{SELECT}'), ('partitioned_tables', '{SELECT}')
    UNION ALL
    -- Every table with a tenant's key; stele_protect() has written on it whether rows are only added.
    SELECT c.relname::text, CASE obj_description(c.oid, 'pg_class') WHEN 'append-only' THEN '{SELECT,INSERT}'
                                                                   ELSE '{SELECT,INSERT,UPDATE,DELETE}' END::text[]
      FROM pg_class c
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('memories'))
       AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped)
), missing AS (
    SELECT format('%s ON %s', string_agg(p, ', ' ORDER BY p), to_regclass(relation)) AS what, 1 AS at
      FROM me, wanted, unnest(rights) p
     WHERE to_regclass(relation) IS NOT NULL AND NOT has_table_privilege(me.name, to_regclass(relation), p)
     GROUP BY relation
    UNION ALL
    SELECT format('USAGE ON SCHEMA %I', relnamespace::regnamespace::text), 0 FROM pg_class, me
     WHERE oid = to_regclass('memories') AND NOT has_schema_privilege(me.name, relnamespace, 'USAGE')
)
SELECT me.name, coalesce((SELECT array_agg(what ORDER BY at, what) FROM missing), '{}'),
       me.name = 'stele_runtime'
           OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime' AND pg_has_role(me.name, oid, 'USAGE'))
  FROM me
