-- How many explanations of dry runs there are; read as the operator.
SELECT 'ephemeral', count(*)
FROM routing_explanations e
WHERE NOT EXISTS (SELECT FROM delegations d
                  WHERE d.org_id = e.org_id AND d.project_id = e.project_id AND d.routing_explanation_id = e.id)
HAVING count(*) > 0
