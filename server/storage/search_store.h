// Rows of search_*: what waits to be indexed, the documents, and which of them hold a term. A posting only says where
// to look: the document's own row says what is there, so that one posting too many costs a look and no wrong answer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/sql/sql.h"
#include "server/domain/search.h"

namespace rollcall::storage {

// ---- what waits

// In the transaction that changes the subject (also: that makes it, that deletes it).
Result<> mark_for_search(sql::Transaction& transaction, domain::SearchKind kind, std::string_view subject);
Result<> mark_for_search(sql::Transaction& transaction, domain::SearchKind kind, std::int64_t subject);

struct SearchMark {
  domain::SearchKind kind{};
  std::string subject{};
  std::int64_t mark{};
};
// By kind, then subject; those behind `after`.
Result<std::vector<SearchMark>> search_marks(sql::Snapshot& snapshot, const SearchMark& after, std::size_t limit);
// Stays when the subject was marked again meanwhile.
Result<> settle_mark(sql::Transaction& transaction, const SearchMark& mark);

// ---- scopes

// The school "" stands for all things of the kind. Nothing: none is indexed there.
Result<std::optional<std::int64_t>> find_scope(sql::Snapshot& snapshot, domain::SearchKind kind,
                                               std::string_view school_id);
Result<std::int64_t> make_scope(sql::Transaction& transaction, domain::SearchKind kind, std::string_view school_id);

// ---- documents

struct SearchDocument {
  std::int64_t doc_no{};
  std::string subject{};
  std::vector<std::int64_t> scopes{};
  std::string text{};
  bool gone{};
};
Result<std::optional<SearchDocument>> find_document(sql::Snapshot& snapshot, domain::SearchKind kind,
                                                    std::string_view subject);
Result<std::optional<SearchDocument>> document_at(sql::Snapshot& snapshot, std::int64_t doc_no);
Result<std::int64_t> next_document_no(sql::Snapshot& snapshot);
// A place for one whose postings are being written: without text and scopes.
Result<> add_document(sql::Transaction& transaction, std::int64_t doc_no, domain::SearchKind kind,
                      std::string_view subject);
Result<> update_document(sql::Transaction& transaction, const SearchDocument& document);
Result<> delete_document(sql::Transaction& transaction, std::int64_t doc_no);

// ---- postings

struct Posting {
  std::int64_t scope_no{};
  std::string_view term{};
  std::int64_t doc_no{};
};
Result<> add_posting(sql::Transaction& transaction, const Posting& posting);     // there already: nothing
Result<> remove_posting(sql::Transaction& transaction, const Posting& posting);  // not there: nothing

// At most `limit` documents of a scope; how many there were is returned. With this very term, the latest indexed first;
// with longer ones that begin so, in the order of the terms' bytes.
using TakeDocument = std::function<void(std::int64_t doc_no)>;
Result<std::size_t> each_with_term(sql::Snapshot& snapshot, std::int64_t scope_no, std::string_view term,
                                   std::size_t limit, const TakeDocument& take);
Result<std::size_t> each_with_longer_term(sql::Snapshot& snapshot, std::int64_t scope_no, std::string_view beginning,
                                          std::size_t limit, const TakeDocument& take);
// The first term of a scope that is not before `from`.
Result<std::optional<std::string>> next_term(sql::Snapshot& snapshot, std::int64_t scope_no, std::string_view from);

}  // namespace rollcall::storage
