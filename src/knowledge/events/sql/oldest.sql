-- plan: page
-- The oldest event that is kept, or one more than the newest. $1 org, $2 project
SELECT coalesce((SELECT e.id FROM events e WHERE e.org_id = $1 AND e.project_id = $2 ORDER BY e.id LIMIT 1),
                (SELECT h.last_id + 1 FROM event_heads h WHERE h.org_id = $1 AND h.project_id = $2), 1)
