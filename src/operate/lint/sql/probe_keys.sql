-- Keys of tenant tables that do not begin with org_id and project_id: primary, unique and exclusion ones, and foreign keys
-- to other tenant tables on either side. A reference to a table without tenants needs none, and a table that row-level
-- security does not guard (due_work: ids alone) has no tenant's rows.
WITH tenant AS (
    SELECT c.oid, o.attnum AS org, p.attnum AS project FROM pg_class c
    JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = 'org_id' AND NOT o.attisdropped
    LEFT JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'project_id' AND NOT p.attisdropped
    JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND c.relname <> 'due_work'
)
SELECT format('%s: the unique index %s', t.oid::regclass, indexrelid::regclass)
FROM tenant t JOIN pg_index i ON i.indrelid = t.oid
WHERE (indisunique OR indisexclusion) AND (indkey[0] <> t.org OR indkey[1] <> t.project)
UNION ALL
SELECT format('%s: the foreign key %I', t.oid::regclass, conname)
FROM tenant t JOIN pg_constraint c ON c.conrelid = t.oid AND contype = 'f'
JOIN tenant r ON r.oid = c.confrelid
WHERE conkey[1] <> t.org OR confkey[1] <> r.org OR conkey[2] <> t.project OR confkey[2] <> r.project
ORDER BY 1
