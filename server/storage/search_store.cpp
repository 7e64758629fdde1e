#include "server/storage/search_store.h"

#include <memory>
#include <utility>

#include "common/base/text.h"
#include "server/domain/typos.h"
#include "server/storage/columns.h"

namespace rollcall::storage {
namespace {

int number_of(domain::SearchKind kind) { return static_cast<int>(kind); }

std::string text_of_scopes(const std::vector<std::int64_t>& scopes) {
  std::string out;
  for (const auto scope : scopes) out += (out.empty() ? "" : " ") + std::to_string(scope);
  return out;
}

Result<std::vector<std::int64_t>> parse_scopes(std::string_view text) {
  std::vector<std::int64_t> out;
  if (text.empty()) return out;
  for (const auto word : split(text, ' ')) {
    const auto scope = parse_number<std::int64_t>(word);
    if (!scope) return fail(Errc::corrupt, "a document of the search has no list of scopes");
    out.push_back(*scope);
  }
  return out;
}

Result<SearchDocument> read_document(sql::Rows& row) {
  return SearchDocument{row.integer(0), row.string(1), TRY(parse_scopes(row.text(2))), row.string(3),
                        row.integer(4) != 0};
}

Result<std::size_t> each(Result<std::unique_ptr<sql::Rows>> rows, const TakeDocument& take) {
  if (!rows) return std::unexpected(std::move(rows).error());
  std::size_t count = 0;
  for (; TRY((*rows)->next()); ++count) take((*rows)->integer(0));
  return count;
}

}  // namespace

Result<> mark_for_search(sql::Transaction& transaction, domain::SearchKind kind, std::string_view subject) {
  TRY(transaction.execute("INSERT INTO search_marks (kind, subject, mark) VALUES ($1, $2, 1)"
                          " ON CONFLICT (kind, subject) DO UPDATE SET mark = search_marks.mark + 1",
                          number_of(kind), subject));
  return {};
}

Result<> mark_for_search(sql::Transaction& transaction, domain::SearchKind kind, std::int64_t subject) {
  return mark_for_search(transaction, kind, std::to_string(subject));
}

Result<std::vector<SearchMark>> search_marks(sql::Snapshot& snapshot, const SearchMark& after, std::size_t limit) {
  return all_rows<SearchMark>(
      snapshot.query("SELECT kind, subject, mark FROM search_marks WHERE (kind, subject) > ($1, $2)"
                     " ORDER BY kind, subject LIMIT $3",
                     number_of(after.kind), after.subject, limit),
      [](sql::Rows& row) -> Result<SearchMark> {
        if (row.integer(0) < 0 || row.integer(0) >= domain::kSearchKinds) {
          return fail(Errc::corrupt, "something of unknown kind waits for the search");
        }
        return SearchMark{static_cast<domain::SearchKind>(row.integer(0)), row.string(1), row.integer(2)};
      });
}

Result<> settle_mark(sql::Transaction& transaction, const SearchMark& mark) {
  TRY(transaction.execute("DELETE FROM search_marks WHERE kind = $1 AND subject = $2 AND mark = $3",
                          number_of(mark.kind), mark.subject, mark.mark));
  return {};
}

Result<std::optional<std::int64_t>> find_scope(sql::Snapshot& snapshot, domain::SearchKind kind,
                                               std::string_view school_id) {
  return first_row<std::int64_t>(
      snapshot.query("SELECT scope_no FROM search_scopes WHERE kind = $1 AND school_id = $2", number_of(kind),
                     school_id),
      [](sql::Rows& row) -> Result<std::int64_t> { return row.integer(0); });
}

Result<std::int64_t> make_scope(sql::Transaction& transaction, domain::SearchKind kind, std::string_view school_id) {
  if (const auto known = TRY(find_scope(transaction, kind, school_id))) return *known;
  const auto next =
      TRY(first_row<std::int64_t>(transaction.query("SELECT coalesce(max(scope_no), 0) + 1 FROM search_scopes"),
                                  [](sql::Rows& row) -> Result<std::int64_t> { return row.integer(0); }));
  TRY(transaction.execute("INSERT INTO search_scopes (scope_no, kind, school_id) VALUES ($1, $2, $3)", *next,
                          number_of(kind), school_id));
  return *next;
}

Result<std::optional<SearchDocument>> find_document(sql::Snapshot& snapshot, domain::SearchKind kind,
                                                    std::string_view subject) {
  return first_row<SearchDocument>(snapshot.query("SELECT doc_no, subject, scopes, text, gone FROM search_documents"
                                                  " WHERE kind = $1 AND subject = $2",
                                                  number_of(kind), subject),
                                   read_document);
}

Result<std::optional<SearchDocument>> document_at(sql::Snapshot& snapshot, std::int64_t doc_no) {
  return first_row<SearchDocument>(
      snapshot.query("SELECT doc_no, subject, scopes, text, gone FROM search_documents WHERE doc_no = $1", doc_no),
      read_document);
}

Result<std::int64_t> next_document_no(sql::Snapshot& snapshot) {
  const auto next =
      TRY(first_row<std::int64_t>(snapshot.query("SELECT coalesce(max(doc_no), 0) + 1 FROM search_documents"),
                                  [](sql::Rows& row) -> Result<std::int64_t> { return row.integer(0); }));
  return next.value_or(1);
}

Result<> add_document(sql::Transaction& transaction, std::int64_t doc_no, domain::SearchKind kind,
                      std::string_view subject) {
  TRY(transaction.execute("INSERT INTO search_documents (doc_no, kind, subject, scopes, text, gone)"
                          " VALUES ($1, $2, $3, '', '', 0)",
                          doc_no, number_of(kind), subject));
  return {};
}

Result<> update_document(sql::Transaction& transaction, const SearchDocument& document) {
  TRY(transaction.execute("UPDATE search_documents SET scopes = $2, text = $3, gone = $4 WHERE doc_no = $1",
                          document.doc_no, text_of_scopes(document.scopes), document.text, document.gone));
  return {};
}

Result<> delete_document(sql::Transaction& transaction, std::int64_t doc_no) {
  TRY(transaction.execute("DELETE FROM search_documents WHERE doc_no = $1", doc_no));
  return {};
}

Result<> add_posting(sql::Transaction& transaction, const Posting& posting) {
  TRY(transaction.execute("INSERT INTO search_postings (scope_no, term, doc_no) VALUES ($1, $2, $3)"
                          " ON CONFLICT (scope_no, term, doc_no) DO NOTHING",
                          posting.scope_no, posting.term, posting.doc_no));
  return {};
}

Result<> remove_posting(sql::Transaction& transaction, const Posting& posting) {
  TRY(transaction.execute("DELETE FROM search_postings WHERE scope_no = $1 AND term = $2 AND doc_no = $3",
                          posting.scope_no, posting.term, posting.doc_no));
  return {};
}

Result<std::size_t> each_with_term(sql::Snapshot& snapshot, std::int64_t scope_no, std::string_view term,
                                   std::size_t limit, const TakeDocument& take) {
  return each(snapshot.query("SELECT doc_no FROM search_postings WHERE scope_no = $1 AND term = $2"
                             " ORDER BY doc_no DESC LIMIT $3",
                             scope_no, term, limit),
              take);
}

Result<std::size_t> each_with_longer_term(sql::Snapshot& snapshot, std::int64_t scope_no, std::string_view beginning,
                                          std::size_t limit, const TakeDocument& take) {
  return each(snapshot.query("SELECT doc_no FROM search_postings WHERE scope_no = $1 AND term > $2 AND term < $3"
                             " ORDER BY term, doc_no LIMIT $4",
                             scope_no, beginning, std::string(beginning) + std::string(domain::kBehindAll), limit),
              take);
}

Result<std::optional<std::string>> next_term(sql::Snapshot& snapshot, std::int64_t scope_no, std::string_view from) {
  return first_row<std::string>(snapshot.query("SELECT term FROM search_postings WHERE scope_no = $1 AND term >= $2"
                                               " ORDER BY term, doc_no LIMIT 1",
                                               scope_no, from),
                                [](sql::Rows& row) -> Result<std::string> { return row.string(0); });
}

}  // namespace rollcall::storage
