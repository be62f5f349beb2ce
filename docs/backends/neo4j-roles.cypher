// Least privilege on Neo4j Enterprise and Aura, run once by an administrator against the database `system`.
// Community has no roles: every account may do everything, see docs/backends/neo4j.md.
// $writer and $reader are the passwords: :param writer => '...' in cypher-shell.

CREATE USER brand_monitor_writer IF NOT EXISTS SET PASSWORD $writer CHANGE NOT REQUIRED;
CREATE USER brand_monitor_reader IF NOT EXISTS SET PASSWORD $reader CHANGE NOT REQUIRED;

// What the runs need: data, and constraints and indexes once per version.
CREATE ROLE brand_monitor_writing IF NOT EXISTS;
GRANT ACCESS ON DATABASE neo4j TO brand_monitor_writing;
GRANT MATCH {*} ON GRAPH neo4j TO brand_monitor_writing;
GRANT WRITE ON GRAPH neo4j TO brand_monitor_writing;
GRANT NAME MANAGEMENT ON DATABASE neo4j TO brand_monitor_writing;
GRANT CONSTRAINT MANAGEMENT ON DATABASE neo4j TO brand_monitor_writing;
GRANT INDEX MANAGEMENT ON DATABASE neo4j TO brand_monitor_writing;
GRANT EXECUTE PROCEDURE db.awaitIndexes ON DBMS TO brand_monitor_writing;
GRANT ROLE brand_monitor_writing TO brand_monitor_writer;

// What notebooks need: reading, and nothing from outside the graph.
CREATE ROLE brand_monitor_reading IF NOT EXISTS;
GRANT ACCESS ON DATABASE neo4j TO brand_monitor_reading;
GRANT MATCH {*} ON GRAPH neo4j TO brand_monitor_reading;
DENY LOAD ON ALL DATA TO brand_monitor_reading;
GRANT ROLE brand_monitor_reading TO brand_monitor_reader;
