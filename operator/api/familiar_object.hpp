// An environment as most of them look, for what keeps thousands of them packed.
#pragma once

#include <string_view>

namespace athanor::api {

/// Text that another environment's JSON repeats. First the words that some of them have, then one that is up
/// to date, whole and with its keys in the order in which they are written: what is left of one like it is
/// its names, times and digests. The likeliest stands last, where zlib's distance codes reach cheapest.
inline constexpr std::string_view kFamiliarObject =
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

}  // namespace athanor::api
