#include "integration/inspect/change_cases.hpp"

namespace athanor::testing {

// The roles reader and "Odd role" are the server's.
std::vector<ChangeCase> access_cases() {
  return {
      {"row level security comes with a policy", "CREATE TABLE t (a int);", "",
       "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY p ON "
       "t AS RESTRICTIVE FOR INSERT TO reader, \"Odd role\" WITH CHECK (a > 1); COMMENT ON POLICY p ON t IS "
       "'x'"},
      {"a policy changes", "CREATE TABLE t (a int);", "CREATE POLICY p ON t FOR SELECT USING (a > 1)",
       "CREATE POLICY p ON t FOR ALL TO reader USING (a > 2) WITH CHECK (a > 3)"},
      {"a policy's roles change", "CREATE TABLE t (a int);", "CREATE POLICY p ON t USING (a > 1)",
       "CREATE POLICY p ON t TO \"Odd role\" USING (a > 1)"},
      {"grants on a table come and go", "CREATE TABLE t (a int);", "GRANT SELECT, INSERT ON t TO reader",
       "GRANT SELECT ON t TO reader WITH GRANT OPTION; GRANT UPDATE ON t TO \"Odd role\", PUBLIC"},
      {"grants on columns", "CREATE TABLE t (a int, \"B\" int);", "GRANT SELECT (a) ON t TO reader",
       "GRANT SELECT (\"B\"), UPDATE (\"B\") ON t TO reader"},
      {"what columns grant stays as the table's grants go",
       "CREATE TABLE t (a int); GRANT SELECT (a) ON t TO reader;", "GRANT SELECT ON t TO reader", ""},
      {"things are made while default privileges stand",
       "CREATE SCHEMA shop; ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO reader; ALTER "
       "DEFAULT "
       "PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",
       "",
       "CREATE TABLE shop.t (a int); REVOKE SELECT ON shop.t FROM reader; CREATE TABLE shop.u (a int); "
       "CREATE FUNCTION f() "
       "RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f() TO PUBLIC"},
      {"an extension is made while default privileges stand",
       "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO reader;",
       "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM reader; CREATE EXTENSION citext; ALTER "
       "DEFAULT PRIVILEGES "
       "GRANT EXECUTE ON FUNCTIONS TO reader",
       ""},
      {"a table is made with grants", "", "",
       "CREATE TABLE t (a int); GRANT ALL ON t TO reader; CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON "
       "v TO reader; CREATE SEQUENCE s; GRANT USAGE ON s TO reader; CREATE SCHEMA shop; GRANT CREATE ON "
       "SCHEMA shop TO reader; CREATE TYPE e AS ENUM ('a'); REVOKE USAGE ON TYPE e FROM PUBLIC"},
      {"what PUBLIC may do with a function is revoked",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE sql AS "
       "'SELECT 1';",
       "",
       "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO reader; REVOKE EXECUTE "
       "ON PROCEDURE p() FROM PUBLIC"},
      {"a view that is made again keeps its grants", "CREATE TABLE t (a int);",
       "CREATE VIEW v AS SELECT a FROM t; GRANT SELECT ON v TO reader",
       "CREATE VIEW v AS SELECT a + 1 AS b FROM t; GRANT SELECT ON v TO reader"},
      {"default privileges in a schema and everywhere", "CREATE SCHEMA shop;",
       "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO reader",
       "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT INSERT ON TABLES TO reader WITH GRANT OPTION; ALTER "
       "DEFAULT PRIVILEGES FOR ROLE reader REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES "
       "GRANT USAGE ON SEQUENCES TO reader"},
  };
}

std::vector<ChangeCase> tangled_cases() {
  return {
      {"everything goes, tied together as it is", "",
       "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE a (id serial PRIMARY KEY, m mood); CREATE TABLE b (id "
       "int PRIMARY KEY, a int REFERENCES a); ALTER TABLE a ADD COLUMN b int REFERENCES b; CREATE VIEW v AS "
       "SELECT a.m FROM a JOIN b ON b.a = a.id; CREATE FUNCTION f(x a) RETURNS mood LANGUAGE sql AS 'SELECT "
       "$1.m'; ALTER TABLE b ADD COLUMN c mood DEFAULT f(NULL); CREATE MATERIALIZED VIEW w AS SELECT * FROM "
       "v; CREATE INDEX ON w (m)",
       ""},
      {"a column takes the type that replaces the one it had", "",
       "CREATE TYPE old AS ENUM ('a'); CREATE TABLE t (x old DEFAULT 'a')",
       "CREATE TYPE new AS ENUM ('a', 'b'); CREATE TABLE t (x new DEFAULT 'b')"},
      {"a default stops using a function that goes", "",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT f())",
       "CREATE TABLE t (a int DEFAULT 1)"},
      {"a column moves to another table, with its sequence", "",
       "CREATE TABLE a (id serial); CREATE TABLE b (x int)",
       "CREATE TABLE a (x int); CREATE TABLE b (x int, id serial)"},
      {"a table is parted", "", "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a, b FROM t",
       "CREATE TABLE t (a int); CREATE TABLE u (b int); CREATE VIEW v AS SELECT t.a, u.b FROM t, u"},
      {"a table becomes partitioned under a view", "",
       "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t",
       "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t DEFAULT; CREATE VIEW v "
       "AS SELECT a FROM t"},
      {"an extension is swapped for plain text", "", "CREATE EXTENSION citext; CREATE TABLE t (a citext)",
       "CREATE TABLE t (a text)"},
  };
}

}  // namespace athanor::testing
