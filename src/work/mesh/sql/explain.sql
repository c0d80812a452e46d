-- Keeps why a job went where it went. $1 org, $2 project, $3 id, $4 domain, $5 model, $6 weights, $7 candidates,
-- $8 skipped, $9 selected id and $10 name and $11 its score, or none, $12 reason, $13 instance that decided
INSERT INTO routing_explanations (org_id, project_id, id, domain, model, weights, candidates, skipped, selected_id,
                                  selected, score, reason, instance)
VALUES ($1, $2, $3, nullif($4, ''), nullif($5, ''), $6::text::jsonb, $7::text::jsonb, $8::text::jsonb, $9, $10, $11, $12, $13)
