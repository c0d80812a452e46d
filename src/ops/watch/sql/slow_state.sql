-- How far pg_stat_statements is set up: loaded at start (unknown where the setting is hidden from this
-- role), and installed in this database; and what else is loaded at start.
SELECT coalesce(current_setting('shared_preload_libraries', true), ''),
       current_setting('pg_stat_statements.max', true) IS NOT NULL,
       (SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_stat_statements'),
       to_regclass('pg_stat_statements') IS NOT NULL
