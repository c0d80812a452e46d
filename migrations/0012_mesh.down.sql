-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP FUNCTION stele_due_delegations;
DROP TABLE delegation_events, delegations, routing_explanations, mesh_heartbeats, mesh_instances;
