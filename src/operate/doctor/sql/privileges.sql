-- What the role that tenant transactions run as (stele_runtime for a login that is more powerful, else the
-- login) may not do and must, as what a GRANT names; whether that role has its rights by way of stele_runtime.
WITH me AS (
    SELECT CASE WHEN (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, t.relowner, 'MEMBER'))
                     AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'stele_runtime'
                                                        AND pg_has_role(r.oid, oid, 'MEMBER'))
                THEN 'stele_runtime' ELSE r.rolname::text END AS name
      FROM pg_roles r, pg_class t WHERE r.rolname = session_user AND t.oid = to_regclass('memories')
), wanted(relation, rights) AS (
    VALUES ('memories', '{SELECT,INSERT,UPDATE,DELETE}'::text[]),
           ('memory_vectors', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('embedding_queue', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('memory_versions', '{SELECT,INSERT}'), ('memory_receipts', '{SELECT,INSERT}'),
           ('chat_threads', '{SELECT,INSERT,UPDATE,DELETE}'), ('chat_messages', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('chat_summaries', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('pending_actions', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('chat_vectors', '{SELECT,INSERT,UPDATE,DELETE}'), ('chat_work', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('chat_receipts', '{SELECT,INSERT}'),
           ('jobs', '{SELECT,INSERT,UPDATE,DELETE}'), ('job_queue', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('job_queues', '{SELECT,INSERT,UPDATE,DELETE}'), ('job_attempts', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('job_steps', '{SELECT,INSERT,UPDATE,DELETE}'), ('job_signals', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('job_events', '{SELECT,INSERT}'), ('job_checkpoints', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('job_tool_calls', '{SELECT,INSERT,UPDATE,DELETE}'), ('artifacts', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('job_definitions', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('job_schedules', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('mesh_instances', '{SELECT,INSERT,UPDATE,DELETE}'), ('mesh_heartbeats', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('routing_explanations', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('delegations', '{SELECT,INSERT,UPDATE,DELETE}'), ('delegation_events', '{SELECT,INSERT}'),
           ('annotations', '{SELECT,INSERT,UPDATE,DELETE}'), ('skills', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('channels', '{SELECT,INSERT,UPDATE,DELETE}'), ('wake_items', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('events', '{SELECT,INSERT}'), ('event_heads', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('relay_sessions', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('api_tokens', '{SELECT,INSERT,UPDATE,DELETE}'), ('cookie_sessions', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('revocation_heads', '{SELECT,INSERT,UPDATE,DELETE}'), ('revocations', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('embedding_models', '{SELECT,INSERT,UPDATE}'), ('schema_migrations', '{SELECT}'),
           ('stele_backups', '{SELECT}'), ('due_work', '{SELECT,INSERT,UPDATE,DELETE}'),
           ('dead_letters', '{SELECT,INSERT,UPDATE,DELETE}')
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
