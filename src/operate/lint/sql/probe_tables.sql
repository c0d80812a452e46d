-- Which relations do not stand as the migrations left them. $1 those that must be there, $2 those that must
-- be gone; names as `db lint` knows them: without quotes, without "public.".
WITH there AS (
    SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT name || ' is missing' FROM unnest($1::text[]) name WHERE name NOT IN (SELECT name FROM there)
UNION ALL
SELECT name || ' is still there' FROM unnest($2::text[]) name WHERE name IN (SELECT name FROM there)
ORDER BY 1
