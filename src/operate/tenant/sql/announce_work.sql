-- What was imported may have work for background tasks: they look. $1 org, $2 project
INSERT INTO due_work (org_id, project_id, task)
SELECT $1::uuid, $2::uuid, t.task FROM unnest(ARRAY['embedding', 'conversations', 'segments']) t (task)
WHERE NOT stele_is_announced($1::uuid, $2::uuid, t.task)
