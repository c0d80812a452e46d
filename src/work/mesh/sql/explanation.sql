-- Why a job went where it went. $1 org, $2 project, $3 id
SELECT jsonb_strip_nulls(jsonb_build_object('id', id, 'domain', domain, 'model', model, 'weights', weights,
           'candidates', candidates, 'skipped', skipped, 'selected', selected, 'score', score, 'reason', reason))
FROM routing_explanations
WHERE org_id = $1 AND project_id = $2 AND id = $3
