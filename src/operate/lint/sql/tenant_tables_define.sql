-- Defines, for this session, the tenant tables (those with an org_id; partitions are reached by their parents) and
-- how a row of each is made: an INSERT into the tenant's columns and those that must be given, with a value of
-- each one's type. %1$L and %2$L stand for the organisation and the project.
CREATE VIEW pg_temp.tenant_tables AS
SELECT c.oid, c.oid::regclass::text AS name,
       bool_or(a.attname = 'project_id') AS has_project,
       format('INSERT INTO %s (%s) VALUES (%s)', c.oid::regclass,
              string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
              string_agg(CASE a.attname WHEN 'org_id' THEN '%1$L' WHEN 'project_id' THEN '%2$L'
                         ELSE format('CAST(%s AS %s)', v.value,
                                     format_type(a.atttypid, a.atttypmod)) END,
                         ', ' ORDER BY a.attnum)) AS make_row
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (SELECT CASE
    WHEN t.typname IN ('vector', 'halfvec')
        THEN format('array_fill(1::real, ARRAY[%s])', greatest(a.atttypmod, 1))
    WHEN t.typname = 'sparsevec' THEN format('''{}/%s''', greatest(a.atttypmod, 1))
    WHEN t.typname = 'uuid' THEN 'gen_random_uuid()'
    WHEN t.typname IN ('json', 'jsonb') THEN '''{}'''
    WHEN t.typname IN ('bytea', 'tsvector') THEN ''''''
    WHEN t.typname IN ('date', 'timestamp', 'timestamptz') THEN 'now()'
    WHEN t.typcategory = 'D' THEN '''12:00'''
    WHEN t.typcategory = 'T' THEN '''1 s'''
    WHEN t.typcategory = 'A' THEN '''{}'''
    WHEN t.typcategory = 'B' THEN 'true'
    WHEN t.typcategory = 'N' THEN '1'
    WHEN t.typcategory = 'S' THEN 'md5(random()::text)'
    WHEN t.typcategory = 'I' THEN '''127.0.0.1'''
    WHEN t.typcategory = 'R' THEN '''empty'''
    WHEN t.typcategory = 'E' THEN (SELECT quote_literal(enumlabel) FROM pg_enum
                                   WHERE enumtypid = t.oid ORDER BY enumsortorder LIMIT 1)
    ELSE '''0''' END AS value) v
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'due_work'
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (a.attname IN ('org_id', 'project_id')
       OR (a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''))
GROUP BY c.oid
HAVING bool_or(a.attname = 'org_id')
