#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "api/database_url.hpp"

namespace athanor::api {
namespace {

TEST(Scheme, IsToldOfWhateverMayNameADatabase) {
  const std::pair<std::string, DatabaseScheme> table[] = {
      {"postgresql://db/shop", DatabaseScheme::PostgreSql},
      {"postgres://db/shop", DatabaseScheme::PostgreSql},
      {"postgresql+psycopg2://db/shop?a=b", DatabaseScheme::PostgreSql},
      {"sqlite:///shop.db", DatabaseScheme::Sqlite},
      {"sqlite+pysqlite:///shop.db", DatabaseScheme::Sqlite},
      {"sqlite:shop.db", DatabaseScheme::Sqlite},
      {"host=db dbname=shop", DatabaseScheme::None},
      {"dbname=sqlite://x", DatabaseScheme::None},
      {"service=shop", DatabaseScheme::None},
      {"", DatabaseScheme::None},
      {"mysql://db/shop", DatabaseScheme::Other},
      {"jdbc:postgresql://db/shop", DatabaseScheme::Other},
      {"PostgreSQL://db/shop", DatabaseScheme::Other},
      {"sqlite3://shop.db", DatabaseScheme::Other},
  };
  for (const auto& [url, scheme] : table) EXPECT_EQ(database_scheme(url), scheme) << url;
}

TEST(UrlHasPassword, FindsOneWhereverItMayStand) {
  const std::vector<std::string> with{
      "postgresql://shop:secret@db/shop",
      "postgres://shop:se%40cret@db:5432/shop?sslmode=require",
      "postgresql+asyncpg://shop:secret@db/shop",
      "postgresql://shop:a@b@db/shop",
      "postgresql://shop:a/b@db/shop",
      "postgresql://shop:a?b@db/shop",
      "postgresql://db/shop?user=shop&password=secret",
      "postgresql://db/shop?%70assword=secret",
      "postgresql://db/shop?PASSWORD=secret",
      "postgresql://db/shop?sslpassword=secret",
      "host=db password=secret",
      "host=db password = 'secret'",
      "host='a b' user='x\\' y' password=secret",
      "password='' host=db",
  };
  for (const std::string& url : with) EXPECT_TRUE(url_has_password(url)) << url;
}

TEST(UrlHasPassword, TakesUrlsWithoutOne) {
  const std::vector<std::string> without{
      "postgresql://db/shop",
      "postgresql://shop@db:5432/shop",
      "postgresql://shop:@db/shop",
      "postgresql://[::1]:5432/shop",
      "postgresql://one:5432,two:5432/shop?target_session_attrs=read-write",
      "postgresql://db:5432/shop?user=bob@corp",
      "postgresql://db/shop?passfile=/run/pass",
      "postgresql://db/shop?password=",
      "sqlite:///state/local.db",
      "sqlite:////var/lib/local.db",
      "host=db user=shop dbname=shop",
      "host=db user='a password=b'",
      "",
  };
  for (const std::string& url : without) EXPECT_FALSE(url_has_password(url)) << url;
}

}  // namespace
}  // namespace athanor::api
