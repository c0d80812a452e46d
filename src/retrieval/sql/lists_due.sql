-- What is to be done next: vectors to be coded from the first, a list whose split was left unfinished, one that may
-- hold too much. $1 org, $2 project, $3 kind → model, list, whether it is being split
SELECT l.model::int, l.list, l.closing
FROM vector_lists l
WHERE l.org_id = $1 AND l.project_id = $2 AND l.kind = $3 AND (l.list < 0 OR l.closing OR l.crowded)
ORDER BY l.list < 0 DESC, l.closing DESC, l.list
LIMIT 1
