-- A list with more codes than one should have, the longest first; before it, one whose split was left unfinished.
-- $1 org, $2 project, $3 kind, $4 codes of a list at most
SELECT l.model::int, l.list, l.closing, coalesce(c.codes, 0)
FROM vector_lists l
    LEFT JOIN (SELECT model, list, count(*) AS codes
               FROM vector_codes
               WHERE org_id = $1 AND project_id = $2 AND kind = $3
               GROUP BY model, list) c USING (model, list)
WHERE l.org_id = $1 AND l.project_id = $2 AND l.kind = $3 AND (l.closing OR c.codes > $4)
ORDER BY l.list < 0 DESC, l.closing DESC, c.codes DESC
LIMIT 1
