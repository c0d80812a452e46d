-- How many tenant tables were probed; needs tenant_tables_define.
SELECT count(*)::integer FROM pg_temp.tenant_tables
