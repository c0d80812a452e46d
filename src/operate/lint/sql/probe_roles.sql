-- The roles that the probes speak of and that are not there, or that this session cannot become.
SELECT format('%s: %s', wanted, CASE WHEN to_regrole(wanted) IS NULL THEN 'there is no such role'
                                     ELSE 'this login may not become it' END)
FROM unnest(ARRAY['stele_runtime', 'stele_readonly']) wanted
WHERE to_regrole(wanted) IS NULL OR NOT pg_has_role(to_regrole(wanted), 'MEMBER')
ORDER BY 1
