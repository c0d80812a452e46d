-- What is to be done next: vectors to be coded from the first, a list whose split was left unfinished, one that may
-- hold too much. $1 org, $2 project, $3 kind → model, list, whether it is being split
SELECT l.model::int, l.list, l.splitting
FROM vector_lists l
WHERE l.org_id = $1 AND l.project_id = $2 AND l.kind = $3 AND (l.list < 0 OR l.splitting OR l.oversized)
ORDER BY l.list < 0 DESC, l.splitting DESC, l.list
LIMIT 1
