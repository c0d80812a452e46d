-- Which database this is, for people, whose it is, how large; whether it is a template; whether the server may
-- be asked which cluster it is; and the locale, encoding and tablespace that make one like it.
SELECT current_database()::text, current_setting('server_version'), coalesce(current_schema(), 'public')::text,
       pg_get_userbyid(d.datdba)::text, pg_database_size(d.oid), d.datistemplate,
       has_function_privilege('pg_control_system()', 'EXECUTE'),
       format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
       || CASE d.datlocprovider
              WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
                            || coalesce(format(' ICU_RULES %L', j ->> 'daticurules'), '')
              WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', j ->> 'datlocale')
              ELSE ' LOCALE_PROVIDER libc' END
       || CASE WHEN t.spcname = 'pg_default' THEN '' ELSE format(' TABLESPACE %I', t.spcname) END
FROM pg_database d CROSS JOIN LATERAL (SELECT to_jsonb(d) AS j) AS x JOIN pg_tablespace t ON t.oid = d.dattablespace
WHERE d.datname = current_database()
