// Code in the database, and what calls it.
#include <fmt/core.h>

#include "engine/inspect/postgres_query_parts.hpp"

namespace athanor::engine {

using schema::Fact;

namespace {

constexpr const char* kEnabled =
    "CASE {} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END";

}  // namespace

CatalogQuery functions() {
  return {
      fmt::format(
          "SELECT 1255, p.oid, 0, CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE "
          "'function' END, quote_ident(n.nspname), '', quote_ident(p.proname) || '(' || CASE WHEN a.aggkind "
          "<> 'n' THEN "
          "pg_get_function_identity_arguments(p.oid) WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*' ELSE "
          "oidvectortypes(p.proargtypes) END || ')', 0, "
          "CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE "
          "'SFUNC = ' || a.aggtransfn::regproc || ', STYPE = ' || format_type(a.aggtranstype, NULL) || "
          "CASE WHEN a.aggtransspace > 0 THEN ', SSPACE = ' || a.aggtransspace ELSE '' END || "
          "CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn::regproc ELSE '' END || "
          "CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END || "
          "CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN ', "
          "FINALFUNC_MODIFY = ' "
          "|| CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' "
          "END ELSE "
          "'' END || "
          "CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn::regproc ELSE '' END || "
          "CASE WHEN a.aggserialfn <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn::regproc ELSE '' END || "
          "CASE WHEN a.aggdeserialfn <> 0 THEN ', DESERIALFUNC = ' || a.aggdeserialfn::regproc ELSE '' END "
          "|| "
          "CASE WHEN a.agginitval IS NOT NULL THEN ', INITCOND = ' || quote_literal(a.agginitval) ELSE '' "
          "END || "
          "CASE WHEN a.aggmtransfn <> 0 THEN ', MSFUNC = ' || a.aggmtransfn::regproc || ', MINVFUNC = ' || "
          "a.aggminvtransfn::regproc || ', MSTYPE = ' || format_type(a.aggmtranstype, NULL) ELSE '' END || "
          "CASE WHEN a.aggmfinalfn <> 0 THEN ', MFINALFUNC = ' || a.aggmfinalfn::regproc ELSE '' END || "
          "CASE WHEN a.aggminitval IS NOT NULL THEN ', MINITCOND = ' || quote_literal(a.aggminitval) ELSE '' "
          "END || "
          "CASE WHEN a.aggsortop <> 0 THEN ', SORTOP = OPERATOR(' || a.aggsortop::regoper || ')' ELSE '' END "
          "|| "
          "CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE "
          "'' END "
          "|| CASE WHEN a.aggkind = 'h' THEN ', HYPOTHETICAL' ELSE '' END END, {}, {} "
          "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_aggregate a ON "
          "a.aggfnoid = "
          "p.oid "
          "WHERE {} AND {} AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND "
          "e.objid = p.oid AND e.deptype = 'i')",
          comment("pg_proc", "p.oid"), privileges("p.proacl", "'f'", "p.proowner"), kOurSchemas,
          not_of_extension("pg_proc", "p.oid")),
      {Fact::Definition, Fact::Comment, Fact::Privileges}};
}

// An operator that others only name as theirs to come has no function yet.
CatalogQuery operators() {
  const auto argument = [](const std::string& name, const std::string& column) {
    return fmt::format("CASE WHEN {0} <> 0 THEN ', {1} = ' || format_type({0}, NULL) ELSE '' END", column,
                       name);
  };
  return {
      fmt::format("SELECT 2617, op.oid, 0, 'operator', quote_ident(n.nspname), '', op.oprname || ' (' || "
                  "CASE op.oprleft WHEN 0 "
                  "THEN 'NONE' ELSE format_type(op.oprleft, NULL) END || ', ' || CASE op.oprright WHEN 0 "
                  "THEN 'NONE' ELSE "
                  "format_type(op.oprright, NULL) END || ')', 0, "
                  "'FUNCTION = ' || op.oprcode::regproc || {} || {} || "
                  "CASE WHEN op.oprcom <> 0 THEN ', COMMUTATOR = OPERATOR(' || op.oprcom::regoper || ')' "
                  "ELSE '' END || "
                  "CASE WHEN op.oprnegate <> 0 THEN ', NEGATOR = OPERATOR(' || op.oprnegate::regoper || "
                  "')' ELSE '' END || "
                  "CASE WHEN op.oprrest <> 0 THEN ', RESTRICT = ' || op.oprrest::regproc ELSE '' END || "
                  "CASE WHEN op.oprjoin <> 0 THEN ', JOIN = ' || op.oprjoin::regproc ELSE '' END || "
                  "CASE WHEN op.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN op.oprcanmerge THEN ', "
                  "MERGES' ELSE '' END, "
                  "{} FROM pg_operator op JOIN pg_namespace n ON n.oid = op.oprnamespace WHERE op.oprcode "
                  "<> 0 AND {} AND {}",
                  argument("LEFTARG", "op.oprleft"), argument("RIGHTARG", "op.oprright"),
                  comment("pg_operator", "op.oid"), kOurSchemas, not_of_extension("pg_operator", "op.oid")),
      {Fact::Definition, Fact::Comment}};
}

// Both have the same facts: one query.
CatalogQuery triggers_and_rules() {
  const std::string triggers = fmt::format(
      "SELECT 2620, g.oid, 0, 'trigger', quote_ident(n.nspname), quote_ident(c.relname), "
      "quote_ident(g.tgname), 0, "
      "pg_get_triggerdef(g.oid), {}, {} FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN "
      "pg_namespace n ON "
      "n.oid = c.relnamespace WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND {}",
      fmt::format(fmt::runtime(kEnabled), "g.tgenabled"), comment("pg_trigger", "g.oid"), kOurSchemas);
  const std::string rules = fmt::format(
      "SELECT 2618, r.oid, 0, 'rule', quote_ident(n.nspname), quote_ident(c.relname), "
      "quote_ident(r.rulename), 0, "
      "pg_get_ruledef(r.oid), {}, {} FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN "
      "pg_namespace n ON "
      "n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND {}",
      fmt::format(fmt::runtime(kEnabled), "r.ev_enabled"), comment("pg_rewrite", "r.oid"), kOurSchemas);
  return {triggers + " UNION ALL " + rules, {Fact::Definition, Fact::Enabled, Fact::Comment}};
}

CatalogQuery policies() {
  return {
      fmt::format(
          "SELECT 3256, p.oid, 0, 'policy', quote_ident(n.nspname), quote_ident(c.relname), "
          "quote_ident(p.polname), 0, "
          "CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN "
          "'DELETE' ELSE 'ALL' END, CASE WHEN NOT p.polpermissive THEN 'no' END, "
          "(SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END, ', "
          "' "
          "ORDER BY pg_get_userbyid(role) COLLATE \"C\") FROM unnest(p.polroles) r (role)), "
          "pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), {} "
          "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = "
          "c.relnamespace "
          "WHERE {}",
          comment("pg_policy", "p.oid"), kOurSchemas),
      {Fact::Command, Fact::Permissive, Fact::Roles, Fact::Using, Fact::Check, Fact::Comment}};
}

CatalogQuery event_triggers() {
  return {
      fmt::format(
          "SELECT 3466, t.oid, 0, 'event trigger', '', '', quote_ident(t.evtname), 0, t.evtevent, (SELECT "
          "string_agg(quote_literal(tag), ', ' ORDER BY tag COLLATE \"C\") FROM unnest(t.evttags) g (tag)), "
          "quote_ident(n.nspname) || '.' || quote_ident(p.proname), {}, {} FROM pg_event_trigger t JOIN "
          "pg_proc p "
          "ON p.oid = t.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {}",
          fmt::format(fmt::runtime(kEnabled), "t.evtenabled"), comment("pg_event_trigger", "t.oid"),
          not_of_extension("pg_event_trigger", "t.oid")),
      {Fact::Event, Fact::Tags, Fact::Function, Fact::Enabled, Fact::Comment}};
}

}  // namespace athanor::engine
