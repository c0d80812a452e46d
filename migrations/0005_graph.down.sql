-- Takes the graph away: what the tables say can be made again, what was linked by hand cannot.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP FUNCTION stele_graph_write(uuid, uuid, text, text, uuid[], uuid[], text[], text[], text[], uuid[], text[],
                                text[], real[], jsonb[]);
DROP FUNCTION stele_graph_make_room(uuid, uuid, uuid, uuid);
DROP FUNCTION stele_graph_rank_of(uuid, uuid);
DROP FUNCTION stele_graph_below(uuid, uuid, uuid, uuid, uuid);
DROP FUNCTION stele_graph_against_order(uuid, text[], uuid[], uuid[]);
DROP TABLE graph_rebuild_state, graph_ranks, graph_edges, graph_nodes;
DROP FUNCTION stele_graph_rank(uuid);
DROP FUNCTION stele_graph_id(uuid, text, text);
DROP FUNCTION stele_graph_strict(text);
