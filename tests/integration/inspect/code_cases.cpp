#include "integration/inspect/change_cases.hpp"

namespace athanor::testing {

std::vector<ChangeCase> code_cases() {
  return {
      {"a view is made upon another", "CREATE TABLE t (a int);", "",
       "CREATE VIEW w AS SELECT a FROM t; CREATE VIEW v WITH (security_barrier) AS SELECT a FROM w; COMMENT "
       "ON VIEW v IS 'x'"},
      {"a view changes under another", "CREATE TABLE t (a int, b int);",
       "CREATE VIEW w AS SELECT a, b FROM t; CREATE VIEW v AS SELECT a FROM w",
       "CREATE VIEW w AS SELECT b, a FROM t WHERE a > 1; CREATE VIEW v AS SELECT a FROM w"},
      {"a view's options change", "CREATE TABLE t (a int);", "CREATE VIEW v AS SELECT a FROM t",
       "CREATE VIEW v WITH (security_barrier = true) AS SELECT a FROM t"},
      {"a view becomes a table", "CREATE TABLE t (a int);", "CREATE VIEW v AS SELECT a FROM t",
       "CREATE TABLE v (a int)"},
      {"a materialized view changes, with its index", "CREATE TABLE t (a int);",
       "CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX i ON m (a)",
       "CREATE MATERIALIZED VIEW m WITH (fillfactor = 50) AS SELECT a + 1 AS a FROM t; CREATE INDEX i ON m "
       "(a)"},
      {"a function is made, changes its body, its result", "",
       "CREATE FUNCTION same(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION other(x int) "
       "RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION gone() RETURNS int LANGUAGE sql AS 'SELECT "
       "1'",
       "CREATE FUNCTION same(x int) RETURNS int LANGUAGE sql IMMUTABLE STRICT COST 7 AS 'SELECT 2'; CREATE "
       "FUNCTION other(x int) RETURNS bigint LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION come(VARIADIC a "
       "text[]) RETURNS TABLE (b int, c text) LANGUAGE sql SECURITY DEFINER SET work_mem = '8MB' AS $$ "
       "SELECT 1, 'it''s' $$"},
      {"a function's argument gets another name", "",
       "CREATE FUNCTION f(x int, INOUT y int DEFAULT 3) LANGUAGE sql AS 'SELECT 1'",
       "CREATE FUNCTION f(renamed int, INOUT y int DEFAULT 4) LANGUAGE sql AS 'SELECT 1'"},
      {"a function's result changes under a default, a check and a view", "",
       "CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE t (a int DEFAULT "
       "f(), CHECK (a > f())); CREATE VIEW v AS SELECT f() AS x",
       "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE t (a int "
       "DEFAULT f(), CHECK (a > f())); CREATE VIEW v AS SELECT f() AS x"},
      {"functions that name what is not there yet", "", "",
       "CREATE TABLE zz (a int); CREATE FUNCTION a_first() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) "
       "FROM zz'; CREATE FUNCTION takes(r zz) RETURNS int LANGUAGE sql AS 'SELECT 1'"},
      {"a table's default calls a function that takes the table's row", "", "",
       "CREATE TABLE t (a int); CREATE FUNCTION f(r t) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE t "
       "ADD COLUMN b int DEFAULT f(NULL)"},
      {"an overloaded function loses one of its forms",
       "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
       "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
       "CREATE FUNCTION f(text, int) RETURNS int LANGUAGE sql AS 'SELECT 1'"},
      {"a procedure changes", "", "CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := 1; END'",
       "CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS 'BEGIN a := 2; END'"},
      {"an aggregate is made with every option",
       "CREATE FUNCTION fin(internal) RETURNS int8 LANGUAGE internal IMMUTABLE AS 'int8_avg';", "",
       "CREATE AGGREGATE plain(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', PARALLEL = SAFE); CREATE "
       "AGGREGATE moving(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = "
       "int, MINITCOND = '0', INITCOND = '1', COMBINEFUNC = int4pl); CREATE AGGREGATE counted(*) (SFUNC = "
       "int8inc, STYPE = int8, INITCOND = '0'); CREATE AGGREGATE least_of(int) (SFUNC = int4smaller, STYPE = "
       "int, SORTOP = <)"},
      {"an aggregate changes", "", "CREATE AGGREGATE s(int) (SFUNC = int4pl, STYPE = int)",
       "CREATE AGGREGATE s(int) (SFUNC = int4pl, STYPE = int, INITCOND = '5')"},
      {"an ordered-set aggregate", "", "",
       "CREATE AGGREGATE my_percentile(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = "
       "internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)"},
      {"operators are made, and used",
       "CREATE FUNCTION f(a int, b text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE "
       "FUNCTION g(a text, b "
       "int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';",
       "CREATE OPERATOR === (FUNCTION = f, LEFTARG = int, RIGHTARG = text)",
       "CREATE OPERATOR === (FUNCTION = f, LEFTARG = int, RIGHTARG = text, COMMUTATOR = ===, NEGATOR = !==, "
       "RESTRICT = "
       "eqsel, JOIN = eqjoinsel, HASHES, MERGES); CREATE OPERATOR === (FUNCTION = g, LEFTARG = text, "
       "RIGHTARG = int, "
       "COMMUTATOR = ===); CREATE OPERATOR !== (FUNCTION = f, LEFTARG = int, RIGHTARG = text, NEGATOR = "
       "===); CREATE "
       "OPERATOR @@@ "
       "(FUNCTION = int4abs, RIGHTARG = int); COMMENT ON OPERATOR @@@ (NONE, int) IS 'x'; CREATE VIEW v AS "
       "SELECT 1 === "
       "'a' AS same, @@@ 3 AS size"},
      {"a view asks for a year in capitals", "", "",
       "CREATE VIEW v AS SELECT extract('YEAR' FROM now()) AS y"},
      {"a trigger changes, and is switched off",
       "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a "
       "int);",
       "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
       "CREATE TRIGGER g AFTER INSERT OR UPDATE OF a ON t FOR EACH STATEMENT EXECUTE FUNCTION f('x'); ALTER "
       "TABLE t DISABLE TRIGGER g"},
      {"a trigger takes the rows as a table",
       "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a "
       "int);",
       "",
       "CREATE TRIGGER g AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT WHEN "
       "(1 > 0) EXECUTE FUNCTION f()"},
      {"a trigger is switched to always",
       "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a "
       "int); CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
       "", "ALTER TABLE t ENABLE ALWAYS TRIGGER g; COMMENT ON TRIGGER g ON t IS 'x'"},
      {"a trigger on a partitioned table",
       "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a "
       "int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (1);",
       "", "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"},
      {"a trigger's function changes its body", "CREATE TABLE t (a int);",
       "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g "
       "BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
       "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER g "
       "BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"},
      {"an event trigger changes",
       "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';",
       "CREATE EVENT TRIGGER g ON ddl_command_start EXECUTE FUNCTION e()",
       "CREATE EVENT TRIGGER g ON ddl_command_end WHEN TAG IN ('CREATE VIEW', 'DROP TABLE') EXECUTE FUNCTION "
       "e(); ALTER EVENT TRIGGER g DISABLE"},
      {"a rule changes", "CREATE TABLE t (a int); CREATE TABLE log (a int);",
       "CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (1)",
       "CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (2)"},
  };
}

}  // namespace athanor::testing
