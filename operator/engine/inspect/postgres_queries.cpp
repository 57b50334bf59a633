#include "engine/inspect/postgres_queries.hpp"

#include <fmt/core.h>

namespace athanor::engine {
namespace {

using schema::Fact;

// Every object above: initdb made those below.
constexpr const char* kOurSchemas =
    "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'athanor')";

/// True for rows that an extension brought. @param oid for example "c.oid" of pg_class
std::string not_of_extension(const std::string& catalog, const std::string& oid) {
  return fmt::format(
      "NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '{}'::regclass AND e.objid = {} AND e.deptype = "
      "'e')",
      catalog, oid);
}

std::string comment(const std::string& catalog, const std::string& oid, const std::string& sub = "0") {
  return fmt::format(
      "(SELECT o.description FROM pg_description o WHERE o.classoid = '{}'::regclass AND o.objoid = {} AND "
      "o.objsubid = {})",
      catalog, oid, sub);
}

/// What was granted beyond the default, and what of the default was revoked: `+reader=SELECT`,
/// `-PUBLIC=EXECUTE`, a line each; `*` for the grant option. Who granted does not count.
std::string privileges(const std::string& acl, const std::string& type, const std::string& owner) {
  const std::string entries =
      "SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END || '=' || "
      "privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END FROM aclexplode({})";
  const std::string given = fmt::format(fmt::runtime(entries), acl);
  const std::string defaults =
      fmt::format(fmt::runtime(entries), fmt::format("acldefault({}, {})", type, owner));
  return fmt::format(
      "CASE WHEN {0} IS NOT NULL THEN (SELECT string_agg(sign || entry, E'\\n' ORDER BY sign || entry "
      "COLLATE \"C\") "
      "FROM (SELECT '+' AS sign, * FROM ({1} EXCEPT {2}) a (entry) UNION ALL SELECT '-', * FROM ({2} EXCEPT "
      "{1}) b "
      "(entry)) both_ways) END",
      acl, given, defaults);
}

CatalogQuery schemas() {
  return {fmt::format(
              "SELECT 2615, n.oid, 0, 'schema', '', '', quote_ident(n.nspname), 0, {}, {} FROM pg_namespace "
              "n WHERE {} AND {}",
              // initdb's comment on public, in whatever words this version has it
              fmt::format("CASE WHEN n.nspname <> 'public' THEN {} END", comment("pg_namespace", "n.oid")),
              // and its grants, which differ between 14 and 15
              fmt::format("CASE WHEN n.nspname <> 'public' THEN {} END",
                          privileges("n.nspacl", "'n'", "n.nspowner")),
              kOurSchemas, not_of_extension("pg_namespace", "n.oid")),
          {Fact::Comment, Fact::Privileges}};
}

CatalogQuery extensions() {
  return {
      "SELECT 3079, e.oid, 0, 'extension', '', '', quote_ident(e.extname), 0, quote_ident(n.nspname) FROM "
      "pg_extension e JOIN "
      "pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'",
      {Fact::Options}};
}

CatalogQuery types(int server_version) {
  // Ranges have multiranges since 14.
  const char* multirange =
      server_version >= 140000
          ? "(SELECT quote_ident(m.typname) FROM pg_type m WHERE m.oid = r.rngmultitypid)"
          : "NULL";
  return {
      fmt::format(
          "SELECT CASE WHEN t.typtype = 'c' THEN 1259 ELSE 1247 END, CASE WHEN t.typtype = 'c' THEN "
          "t.typrelid "
          "ELSE t.oid END, 0, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'd' THEN "
          "'domain' "
          "ELSE 'composite type' END, quote_ident(n.nspname), '', quote_ident(t.typname), 0, "
          "(SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder) FROM pg_enum l "
          "WHERE "
          "l.enumtypid = t.oid), "
          "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, "
          "CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN quote_ident(cn.nspname) || "
          "'.' || "
          "quote_ident(co.collname) END, "
          "CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'yes' END, "
          "CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) END, "
          "CASE WHEN t.typtype = 'r' THEN 'subtype = ' || format_type(r.rngsubtype, NULL) || "
          "CASE WHEN ro.opcdefault THEN '' ELSE ', subtype_opclass = ' || quote_ident(rn.nspname) || '.' || "
          "quote_ident(ro.opcname) END || "
          "CASE WHEN r.rngcollation = 0 OR r.rngcollation = rb.typcollation THEN '' ELSE ', collation = ' || "
          "quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END || "
          "CASE WHEN r.rngcanonical = 0 THEN '' ELSE ', canonical = ' || r.rngcanonical::regproc END || "
          "CASE WHEN r.rngsubdiff = 0 THEN '' ELSE ', subtype_diff = ' || r.rngsubdiff::regproc END END, "
          "{}, {}, {} "
          "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
          "LEFT JOIN pg_class c ON c.oid = t.typrelid LEFT JOIN pg_type b ON b.oid = t.typbasetype "
          "LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_type rb ON rb.oid = r.rngsubtype "
          "LEFT JOIN pg_opclass ro ON ro.oid = r.rngsubopc LEFT JOIN pg_namespace rn ON rn.oid = "
          "ro.opcnamespace "
          "LEFT JOIN pg_collation co ON co.oid = CASE WHEN t.typtype = 'r' THEN r.rngcollation ELSE "
          "t.typcollation END LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace "
          "WHERE (t.typtype IN ('e', 'r', 'd') OR c.relkind = 'c') AND {} AND {}",
          multirange, comment("pg_type", "t.oid"), privileges("t.typacl", "'T'", "t.typowner"), kOurSchemas,
          not_of_extension("pg_type", "t.oid")),
      {Fact::Values, Fact::Type, Fact::Collation, Fact::NotNull, Fact::Default, Fact::Definition,
       Fact::Multirange, Fact::Comment, Fact::Privileges}};
}

CatalogQuery sequences() {
  return {fmt::format(
              "SELECT 1259, c.oid, 0, 'sequence', quote_ident(n.nspname), '', quote_ident(c.relname), 0, "
              "format_type(s.seqtypid, NULL), "
              "s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text, NULLIF(s.seqcache, "
              "1)::text, "
              "CASE WHEN s.seqcycle THEN 'yes' END, CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END, "
              "(SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || "
              "quote_ident(a.attname) FROM "
              "pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = "
              "t.relnamespace JOIN "
              "pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE d.classid = "
              "'pg_class'::regclass "
              "AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'), {}, {} "
              "FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = "
              "c.relnamespace "
              "WHERE {} AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND "
              "e.objid = c.oid "
              "AND e.deptype IN ('e', 'i'))",
              comment("pg_class", "c.oid"), privileges("c.relacl", "'s'", "c.relowner"), kOurSchemas),
          {Fact::Type, Fact::Start, Fact::Increment, Fact::Minimum, Fact::Maximum, Fact::Cache, Fact::Cycle,
           Fact::Persistence, Fact::OwnedBy, Fact::Comment, Fact::Privileges}};
}

CatalogQuery relations() {
  return {
      fmt::format(
          "SELECT 1259, c.oid, 0, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE "
          "'table' "
          "END, quote_ident(n.nspname), '', quote_ident(c.relname), 0, CASE WHEN c.relpersistence = 'u' THEN "
          "'unlogged' END, "
          "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, "
          "CASE WHEN c.relispartition THEN p.parents END, "
          "CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END, "
          "CASE WHEN NOT c.relispartition THEN p.parents END, "
          "CASE WHEN c.relrowsecurity THEN 'yes' END, CASE WHEN c.relforcerowsecurity THEN 'yes' END, "
          "(SELECT string_agg(option, ', ' ORDER BY option COLLATE \"C\") FROM unnest(c.reloptions) o "
          "(option)), "
          "CASE WHEN c.relkind IN ('r', 'm') AND am.amname <> 'heap' THEN am.amname END, "
          "CASE WHEN c.relkind IN ('r', 'p') THEN CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN "
          "'NOTHING' WHEN "
          "'i' THEN (SELECT 'USING INDEX ' || quote_ident(ic.relname) FROM pg_index i JOIN pg_class ic ON "
          "ic.oid = "
          "i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END END, "
          "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, {}, {} "
          "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = "
          "c.relam "
          "LEFT JOIN (SELECT h.inhrelid, string_agg(quote_ident(hn.nspname) || '.' || "
          "quote_ident(hc.relname), ', ' "
          "ORDER BY h.inhseqno) AS parents FROM pg_inherits h JOIN pg_class hc ON hc.oid = h.inhparent JOIN "
          "pg_namespace hn ON hn.oid = hc.relnamespace GROUP BY h.inhrelid) p ON p.inhrelid = c.oid "
          "WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't' AND {} AND {}",
          comment("pg_class", "c.oid"), privileges("c.relacl", "'r'", "c.relowner"), kOurSchemas,
          not_of_extension("pg_class", "c.oid")),
      {Fact::Persistence, Fact::PartitionKey, Fact::PartitionOf, Fact::PartitionBound, Fact::Inherits,
       Fact::RowSecurity, Fact::ForceRowSecurity, Fact::Options, Fact::AccessMethod, Fact::ReplicaIdentity,
       Fact::Definition, Fact::Comment, Fact::Privileges}};
}

CatalogQuery columns() {
  return {
      fmt::format(
          "SELECT 1259, a.attrelid, a.attnum, 'column', quote_ident(n.nspname), quote_ident(c.relname), "
          "quote_ident(a.attname), CASE WHEN a.attinhcount > 0 THEN -a.attnum ELSE a.attnum END, "
          "format_type(a.atttypid, a.atttypmod), "
          "CASE WHEN a.attcollation <> t.typcollation THEN (SELECT quote_ident(cn.nspname) || '.' || "
          "quote_ident(co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace "
          "WHERE "
          "co.oid = a.attcollation) END, "
          "CASE WHEN a.attnotnull THEN 'yes' END, "
          "CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, "
          "CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END, "
          "CASE WHEN a.attidentity <> '' THEN (SELECT CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY "
          "DEFAULT' END "
          "|| ' AS IDENTITY (START WITH ' || s.seqstart || ' INCREMENT BY ' || s.seqincrement || ' MINVALUE "
          "' || "
          "s.seqmin || ' MAXVALUE ' || s.seqmax || ' CACHE ' || s.seqcache || CASE WHEN s.seqcycle THEN ' "
          "CYCLE' ELSE "
          "' NO CYCLE' END || ')' FROM pg_depend sd JOIN pg_sequence s ON s.seqrelid = sd.objid WHERE "
          "sd.classid = "
          "'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = a.attrelid AND "
          "sd.refobjsubid = a.attnum AND sd.deptype = 'i') END, "
          "{}, {} "
          "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = "
          "c.relnamespace "
          "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum "
          "= "
          "a.attnum "
          "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'c') AND c.relpersistence "
          "<> 't' AND {}",
          comment("pg_class", "a.attrelid", "a.attnum"), privileges("a.attacl", "'c'", "c.relowner"),
          kOurSchemas),
      {Fact::Type, Fact::Collation, Fact::NotNull, Fact::Default, Fact::Generated, Fact::Identity,
       Fact::Comment, Fact::Privileges}};
}

CatalogQuery constraints() {
  return {
      fmt::format(
          "SELECT 2606, k.oid, 0, 'constraint', quote_ident(n.nspname), quote_ident(COALESCE(c.relname, "
          "t.typname)), quote_ident(k.conname), 0, "
          "CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'x' "
          "THEN "
          "'exclude' ELSE 'foreign key' END, pg_get_constraintdef(k.oid), "
          "CASE WHEN t.oid IS NOT NULL THEN 'domain' END, {} "
          "FROM pg_constraint k LEFT JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = "
          "k.contypid JOIN pg_namespace n ON n.oid = COALESCE(c.relnamespace, t.typnamespace) "
          "WHERE k.contype IN ('p', 'u', 'c', 'x', 'f') AND k.conparentid = 0 AND (k.conislocal AND NOT "
          "(COALESCE(c.relispartition, false) AND k.coninhcount > 0)) "
          "AND COALESCE(c.relpersistence <> 't', true) AND {}",
          comment("pg_constraint", "k.oid"), kOurSchemas),
      {Fact::Kind, Fact::Definition, Fact::OwnedBy, Fact::Comment}};
}

CatalogQuery indexes() {
  return {fmt::format("SELECT 1259, i.indexrelid, 0, 'index', quote_ident(n.nspname), "
                      "quote_ident(c.relname), quote_ident(ic.relname), 0, "
                      "replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '), CASE WHEN NOT "
                      "i.indisvalid AND c.relkind <> 'p' THEN 'yes' END, {} "
                      "FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = "
                      "i.indrelid JOIN "
                      "pg_namespace n ON n.oid = c.relnamespace "
                      "WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND NOT "
                      "ic.relispartition AND {} AND NOT "
                      "EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN "
                      "('p', 'u', 'x'))",
                      comment("pg_class", "i.indexrelid"), kOurSchemas),
          {Fact::Definition, Fact::Invalid, Fact::Comment}};
}

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

constexpr const char* kEnabled =
    "CASE {} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END";

CatalogQuery triggers() {
  return {fmt::format("SELECT 2620, g.oid, 0, 'trigger', quote_ident(n.nspname), quote_ident(c.relname), "
                      "quote_ident(g.tgname), 0, pg_get_triggerdef(g.oid), {}, {} "
                      "FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = "
                      "c.relnamespace "
                      "WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND {}",
                      fmt::format(fmt::runtime(kEnabled), "g.tgenabled"), comment("pg_trigger", "g.oid"),
                      kOurSchemas),
          {Fact::Definition, Fact::Enabled, Fact::Comment}};
}

CatalogQuery rules() {
  return {fmt::format("SELECT 2618, r.oid, 0, 'rule', quote_ident(n.nspname), quote_ident(c.relname), "
                      "quote_ident(r.rulename), 0, pg_get_ruledef(r.oid), {}, {} FROM "
                      "pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = "
                      "c.relnamespace WHERE "
                      "r.rulename <> '_RETURN' AND {}",
                      fmt::format(fmt::runtime(kEnabled), "r.ev_enabled"), comment("pg_rewrite", "r.oid"),
                      kOurSchemas),
          {Fact::Definition, Fact::Enabled, Fact::Comment}};
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

CatalogQuery default_privileges() {
  return {fmt::format(
              "SELECT 826, d.oid, 0, 'default privileges', COALESCE(quote_ident(n.nspname), ''), '', "
              "quote_ident(pg_get_userbyid(d.defaclrole)) || ' ' || CASE d.defaclobjtype WHEN 'r' THEN "
              "'TABLES' WHEN "
              "'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END, 0, "
              // In a schema, they add to nothing; without one, they take the place of the built-in ones.
              "CASE WHEN d.defaclnamespace <> 0 THEN {} ELSE {} END "
              "FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE n.oid IS "
              "NULL OR {}",
              privileges("d.defaclacl", "'c'", "d.defaclrole"),
              privileges("d.defaclacl", "CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END",
                         "d.defaclrole"),
              kOurSchemas),
          {Fact::Privileges}};
}

}  // namespace

std::vector<CatalogQuery> postgres_catalog_queries(int server_version) {
  return {schemas(),        extensions(),        types(server_version), sequences(), relations(), columns(),
          constraints(),    indexes(),           functions(),           triggers(),  rules(),     policies(),
          event_triggers(), default_privileges()};
}

std::string_view postgres_dependency_query() {
  return R"sql(
SELECT DISTINCT
  CASE WHEN v.oid IS NOT NULL OR ad.oid IS NOT NULL THEN 1259 ELSE d.classid END,
  COALESCE(v.ev_class, ad.adrelid, d.objid),
  CASE WHEN v.oid IS NOT NULL THEN 0 WHEN g.attgenerated = '' THEN -ad.adnum ELSE COALESCE(ad.adnum, d.objsubid) END,
  CASE WHEN e.objid IS NOT NULL THEN 3079 WHEN k.oid IS NOT NULL THEN 2606
       WHEN COALESCE(et.typrelid, rt.typrelid, 0) <> 0 THEN 1259 ELSE d.refclassid END,
  COALESCE(e.refobjid, k.oid, NULLIF(et.typrelid, 0), et.oid, NULLIF(rt.typrelid, 0), d.refobjid),
  d.refobjsubid
FROM pg_depend d
LEFT JOIN pg_rewrite v ON d.classid = 2618 AND v.oid = d.objid AND v.rulename = '_RETURN'
LEFT JOIN pg_attrdef ad ON d.classid = 2604 AND ad.oid = d.objid
LEFT JOIN pg_attribute g ON g.attrelid = ad.adrelid AND g.attnum = ad.adnum
LEFT JOIN pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
LEFT JOIN pg_constraint k ON d.refclassid = 1259 AND k.conindid = d.refobjid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_type rt ON d.refclassid = 1247 AND rt.oid = d.refobjid
LEFT JOIN pg_type et ON rt.typelem <> 0 AND et.oid = rt.typelem AND et.typarray = rt.oid
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.refclassid <> 2615 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
)sql";
}

}  // namespace athanor::engine
