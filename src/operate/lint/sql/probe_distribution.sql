-- What keeps tenant tables from being distributed on org_id, but for their keys (probe_keys): deferrable constraints and
-- triggers, triggers whose function reads or writes other rows, foreign keys between a tenant table and one that is none,
-- identity columns that are no bigint. $1 triggers that are known, as table.trigger; $2 tables without tenant, which a
-- tenant table may refer to
WITH tenant AS (
    SELECT c.oid, c.relname FROM pg_class c
        JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = 'org_id' AND NOT o.attisdropped
        JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname <> 'due_work'
), triggers AS (
    SELECT t.oid::regclass AS on_table, format('%s.%s', t.relname, g.tgname) AS name, g.tgdeferrable,
           g.tgoldtable IS NOT NULL OR g.tgnewtable IS NOT NULL
               OR p.prosrc ~* '\m(select|insert\s+into|update\s+[a-z_"]+\s|delete\s+from|perform|execute|notify)\M'
               AS reaches
    FROM tenant t JOIN pg_trigger g ON g.tgrelid = t.oid JOIN pg_proc p ON p.oid = g.tgfoid
    WHERE NOT g.tgisinternal AND g.tgparentid = 0
)
SELECT format('%s: the trigger %s is deferrable', on_table, name)
FROM triggers WHERE tgdeferrable AND name <> ALL ($1)
UNION ALL
SELECT format('%s: the trigger %s reaches other rows', on_table, name)
FROM triggers WHERE reaches AND NOT tgdeferrable AND name <> ALL ($1)
UNION ALL
SELECT format('%s: the constraint %I is deferrable', t.oid::regclass, c.conname)
FROM tenant t JOIN pg_constraint c ON c.conrelid = t.oid AND c.condeferrable AND c.contype <> 't'
UNION ALL
SELECT format('%s: the foreign key %I refers to %s, which has no tenant', t.oid::regclass, c.conname, c.confrelid::regclass)
FROM tenant t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f' AND c.conparentid = 0
    JOIN pg_class r ON r.oid = c.confrelid
WHERE c.confrelid NOT IN (SELECT oid FROM tenant) AND r.relname <> ALL ($2)
UNION ALL
SELECT format('%s: the foreign key %I of a table without tenant refers to %s', c.conrelid::regclass, c.conname, t.oid::regclass)
FROM tenant t JOIN pg_constraint c ON c.confrelid = t.oid AND c.contype = 'f'
WHERE c.conrelid NOT IN (SELECT oid FROM tenant)
UNION ALL
SELECT format('%s: the identity column %I is no bigint', t.oid::regclass, a.attname)
FROM tenant t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attidentity <> '' AND NOT a.attisdropped
WHERE a.atttypid <> 'bigint'::regtype
ORDER BY 1
