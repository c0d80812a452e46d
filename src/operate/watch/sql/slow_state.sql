-- How far pg_stat_statements is set up: what is loaded at start (NULL: this role may not know), whether it
-- is among that, where it is installed in this database, and whether this session finds it there.
SELECT CASE WHEN pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
            THEN current_setting('shared_preload_libraries') END,
       current_setting('pg_stat_statements.max', true) IS NOT NULL,
       (SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_stat_statements'),
       to_regclass('pg_stat_statements') IS NOT NULL
