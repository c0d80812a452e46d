-- Seconds until the tenant's next work is due; NULL: there is none. Vectors wait for a model.
-- $1 org, $2 project, $3 whether vectors are made
SELECT min(s) FROM (
    (SELECT greatest(0, extract(epoch FROM not_before - now()))::float8 AS s FROM chat_work
     WHERE org_id = $1 AND project_id = $2 AND task = 'summary' ORDER BY not_before LIMIT 1)
    UNION ALL
    (SELECT CASE WHEN $3::boolean THEN greatest(0, extract(epoch FROM not_before - now()))::float8 ELSE 30 END
     FROM chat_work
     WHERE org_id = $1 AND project_id = $2 AND task = 'vectors' ORDER BY not_before LIMIT 1)) w
