// A place, new or changed. Its kind is chosen once.
import { api, outcome, type Schema } from "../lib/api";
import { t } from "../lib/i18n";
import { placeKindChoices, wholeOf } from "../lib/inventory";
import { schools } from "../lib/schools";
import { reachesDistrict } from "../lib/session";
import { SelectField, TextField } from "../ui/controls";
import { RecordForm } from "../ui/record_form";

type Place = Schema["Place"];
interface Form { kind: string; name: string; school: string; capacity: string; note: string }

const formOf = (place: Place): Form => ({ kind: place.kind, name: place.name, school: place.school ?? "", capacity: String(place.capacity ?? ""), note: place.note ?? "" });

function wrong(form: Form): { field: string; text: string } | null {
  if (form.name.trim() === "") return { field: "name", text: t("places.name_error") };
  const capacity = wholeOf(form.capacity);
  return capacity === undefined || capacity === 0 || (capacity ?? 1) > 10_000 ? { field: "capacity", text: t("places.capacity_error") } : null;
}

export function EditPlace({ place, onClose, onDone }: { place: Place | null; onClose: () => void; onDone: (place: Place) => void }) {
  const path = { id: place?.id ?? "" };
  const options = [...(reachesDistrict() ? [{ value: "", label: t("places.district") }] : []), ...schools.value.map(({ id, name }) => ({ value: id, label: name }))];
  return (
    <RecordForm<Place, Form> title={place ? t("places.edit_title", { name: place.name }) : t("places.add")} onClose={onClose} onDone={onDone} formOf={formOf} wrong={wrong}
      empty={{ kind: "room", name: "", school: schools.value[0]?.id ?? "", capacity: "", note: "" }}
      read={place && (() => outcome(api.GET("/api/v1/places/{id}", { params: { path } })))}
      send={(form, etag, attempt) => {
        const body = { name: form.name.trim(), school: form.school, capacity: wholeOf(form.capacity) ?? null, note: form.note.trim() };
        return attempt.run([form.kind, body, etag], (key) => (place
          ? api.PATCH("/api/v1/places/{id}", { params: { path, header: { "If-Match": etag, "Idempotency-Key": key } }, body })
          : api.POST("/api/v1/places", { params: { header: { "Idempotency-Key": key } }, body: { ...body, kind: form.kind as Place["kind"] } })));
      }}>
      {(form, put, errorOf) => (
        <>
          <div class="form-row">
            {!place && <SelectField label={t("places.kind")} value={form.kind} onValue={(kind) => put({ kind })} options={placeKindChoices()} />}
            <TextField label={t("places.name")} hint={t("places.name_hint")} error={errorOf("name")} value={form.name} onValue={(name) => put({ name })} maxLength={128} autocomplete="off" />
          </div>
          <div class="form-row">
            <SelectField label={t("column.school")} error={errorOf("school")} value={form.school} onValue={(school) => put({ school })} options={options} />
            <TextField label={t("places.capacity")} hint={t("places.capacity_hint")} error={errorOf("capacity")} optional inputMode="numeric" value={form.capacity} onValue={(capacity) => put({ capacity })} maxLength={5} autocomplete="off" />
          </div>
          <TextField label={t("places.note")} error={errorOf("note")} optional value={form.note} onValue={(note) => put({ note })} maxLength={500} autocomplete="off" />
        </>
      )}
    </RecordForm>
  );
}
