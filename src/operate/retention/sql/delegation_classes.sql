-- How many delegations each class has; read as the operator.
SELECT retention, count(*) FROM delegations GROUP BY retention ORDER BY retention
