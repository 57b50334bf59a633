#include "runtime/packed_text.hpp"

#include <cassert>
#include <cstdint>
#include <memory>
#include <new>

#include <zlib.h>

namespace athanor::runtime {
namespace {

/// The first byte of a packed text.
enum class Form : char { Plain, Deflated };

/// A raw stream: no header and no checksum, since it never leaves the process.
constexpr int kRaw = -MAX_WBITS;
/// 9 needs 256 KiB for as long as it takes, and these texts are short.
constexpr int kMemoryLevel = 5;

/// What zlib may refer back to. First the words of what some objects have, then an environment that is up to
/// date, whole and with its keys in the order in which they are written: what is left of one like it is its
/// names, times and digests. The likeliest stands last, where zlib's distance codes reach cheapest.
constexpr std::string_view kDictionary =
    R"("deletionTimestamp":"ownerReferences":[{"annotations":{"athanor.dev/reconcile-at":"labels":{)"
    R"("app.kubernetes.io/instance":"app.kubernetes.io/managed-by":"Helm","app.kubernetes.io/name":")"
    R"("configMapSelector":{"matchLabels":{"connection":{"dbname":{"value":"host":{"password":{)"
    R"("valueFrom":{"configMapKeyRef":{"secretKeyRef":{"key":"password","name":"port":{"sslmode":"user":{)"
    R"("policy":{"downgrade":"Allow","lockTimeout":"schema":"public","lastHandledReconcileAt":")"
    R"("failedRun":null,"failure":{"file":"firstTime":"inputsHash":"line":"sqlstate":"pendingRevisions":[)"
    R"({"apiVersion":"athanor.dev/v1alpha1","kind":"MigrationEnvironment","metadata":{)"
    R"("creationTimestamp":"2026-01-01T00:00:00Z","generation":1,"name":"","namespace":"",)"
    R"("resourceVersion":"","uid":""},"spec":{"database":{"urlFrom":{"secretKeyRef":{"key":"uri",)"
    R"("name":""}}},"drift":{"interval":"5m"},"revisions":{"configMaps":[{"name":""}]},"suspend":false,)"
    R"("target":"heads","versionTable":{"name":"alembic_version"}},"status":{"conditions":[)"
    R"({"lastTransitionTime":"2026-01-01T00:00:00Z","message":"The database is at , as the target asks; )"
    R"(verified.","observedGeneration":1,"reason":"UpToDate","status":"True","type":"Ready"},)"
    R"({"lastTransitionTime":"2026-01-01T00:00:00Z","observedGeneration":1,"reason":"Settled",)"
    R"("status":"False","type":"Reconciling"},)"
    R"({"lastTransitionTime":"2026-01-01T00:00:00Z","observedGeneration":1,"reason":"NotStalled",)"
    R"("status":"False","type":"Stalled"},)"
    R"({"lastTransitionTime":"2026-01-01T00:00:00Z","message":"The database's history is the set's.",)"
    R"("observedGeneration":1,"reason":"InSync","status":"False","type":"Drifted"}],)"
    R"("current":"","currentRevisions":[""],)"
    R"("drift":{"count":0,"lastCheck":"2026-01-01T00:00:00Z","reason":"InSync"},)"
    R"("history":[{"direction":"upgrade","duration":"0s","revision":"","time":"2026-01-01T00:00:00.000Z"},)"
    R"({"direction":"upgrade","duration":"ms","revision":"","time":"2026-01-01T00:00:00.000Z"}],)"
    R"("lastApplied":{"direction":"upgrade","duration":"ms","revision":"","time":"2026-01-01T00:00:00.000Z"},)"
    R"("observedDigest":"sha256:","observedGeneration":1,"pendingCount":0,"target":"","targetRevisions":[""]}})";

const Bytef* bytes(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

std::string plain(std::string_view text) {
  std::string kept(1, static_cast<char>(Form::Plain));
  kept.append(text);
  return kept;
}

/// Its length, four bytes, stands before the stream.
void put_length(std::string& packed, std::size_t length) {
  for (int shift = 0; shift < 32; shift += 8) packed += static_cast<char>((length >> shift) & 0xFFU);
}

std::size_t take_length(std::string_view& packed) {
  std::size_t length = 0;
  for (unsigned i = 0; i < 4; ++i) length |= std::size_t{static_cast<unsigned char>(packed[i])} << (8 * i);
  packed.remove_prefix(4);
  return length;
}

}  // namespace

std::string pack_text(std::string_view text) {
  if (text.empty() || text.size() > UINT32_MAX) return plain(text);
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kRaw, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return plain(text);
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> guard(&stream, &deflateEnd);
  deflateSetDictionary(&stream, bytes(kDictionary), static_cast<uInt>(kDictionary.size()));
  std::string packed(1, static_cast<char>(Form::Deflated));
  put_length(packed, text.size());
  const std::size_t head = packed.size();
  packed.resize(head + text.size());
  stream.next_in = const_cast<Bytef*>(bytes(text));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data() + head);
  stream.avail_out = static_cast<uInt>(text.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return plain(text);
  // A copy without spare room: this is what stays.
  return {packed.data(), head + stream.total_out};
}

std::string unpack_text(std::string_view packed) {
  if (packed.empty()) return {};
  const Form form{packed.front()};
  packed.remove_prefix(1);
  if (form == Form::Plain) return std::string(packed);
  std::string text(take_length(packed), '\0');
  z_stream stream{};
  if (inflateInit2(&stream, kRaw) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  inflateSetDictionary(&stream, bytes(kDictionary), static_cast<uInt>(kDictionary.size()));
  stream.next_in = const_cast<Bytef*>(bytes(packed));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  [[maybe_unused]] const int end = inflate(&stream, Z_FINISH);
  assert(end == Z_STREAM_END);
  return text;
}

}  // namespace athanor::runtime
