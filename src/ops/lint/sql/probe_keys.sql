-- Keys of tenant tables that do not begin with org_id: primary, unique and exclusion ones, and foreign keys to
-- other tenant tables on either side. A reference to a table without tenants needs none.
WITH tenant AS (
    SELECT c.oid, a.attnum FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND attname = 'org_id' AND NOT attisdropped
    JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
)
SELECT format('%s: the unique index %s', t.oid::regclass, indexrelid::regclass)
FROM tenant t JOIN pg_index i ON i.indrelid = t.oid
WHERE (indisunique OR indisexclusion) AND indkey[0] <> t.attnum
UNION ALL
SELECT format('%s: the foreign key %I', t.oid::regclass, conname)
FROM tenant t JOIN pg_constraint c ON c.conrelid = t.oid AND contype = 'f'
JOIN tenant r ON r.oid = c.confrelid
WHERE conkey[1] <> t.attnum OR confkey[1] <> r.attnum
ORDER BY 1
