-- Takes the mesh away: nobody is known any more, and what was delegated is not followed.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP TABLE delegation_events, delegations, routing_explanations, mesh_beats, mesh_instances;
