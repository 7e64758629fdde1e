// The frame of every dialog that changes a calendar's document.
import type { ComponentChildren } from "preact";
import type { Calendar } from "../lib/calendar";
import { saidOf, useWriting, type Writing } from "../lib/calendar_edit";
import { t } from "../lib/i18n";
import { Button } from "../ui/controls";
import { Dialog, describe } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Note } from "../ui/states";
import { toast } from "../ui/toasts";
import type { Context } from "./calendar";

interface Props {
  title: string;
  context: Context;
  wide?: boolean;
  onClose: () => void;
  change: (own: Calendar) => Calendar;
  // Gives what the server said of a field; the note on top has what no field showed.
  children: (said: (field: string) => string | undefined) => ComponentChildren;
}

export function CalendarForm({ title, context, wide, onClose, change, children }: Props) {
  const writing = useWriting(context);
  const shown = new Set<string>();
  const said = (field: string): string | undefined => { shown.add(field); return saidOf(writing.problem, field); };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await writing.write(change))) return;
    toast(t("calendar.saved"));
    await context.refresh();
    onClose();
  };
  const fields = children(said);
  return (
    <Dialog title={title} wide={wide ?? false} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        {!context.isDistrict && <p class="muted small">{t("calendar.only_here")}</p>}
        <Unplaced writing={writing} shown={shown} />
        {fields}
        <div class="form-actions"><Button onClick={onClose}>{t("action.cancel")}</Button><Button type="submit" kind="primary" busy={writing.busy}>{t("action.save")}</Button></div>
      </form>
    </Dialog>
  );
}

function Unplaced({ writing: { problem }, shown }: { writing: Writing; shown: Set<string> }) {
  if (!problem || (problem.field && shown.has(problem.field))) return null;
  return <Note tone="bad" alert>{describe(problem)}</Note>;
}

// A list of rows that can be added and taken out; every button says which.
interface RowsProps<Row> { legend: string; rows: Row[]; onRows: (rows: Row[]) => void; fresh: () => Row; add: string; remove: (row: Row, index: number) => string; most: number; error?: string | undefined; children: (row: Row, index: number, set: (change: Partial<Row>) => void) => ComponentChildren }

export function Rows<Row extends object>({ legend, rows, onRows, fresh, add, remove, most, error, children }: RowsProps<Row>) {
  const setRow = (index: number) => (change: Partial<Row>): void => onRows(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <fieldset class="choices rows">
      <legend class="legend">{legend}</legend>
      {rows.map((row, index) => (
        <div class="row-line" key={index}>
          {children(row, index, setRow(index))}
          <button type="button" class="button quiet icon" aria-label={remove(row, index)} onClick={() => onRows(rows.filter((_, at) => at !== index))}><Icon name="close" /></button>
        </div>
      ))}
      {error && <span class="error"><Icon name="alert" />{error}</span>}
      {rows.length < most && <div><Button small icon="plus" onClick={() => onRows([...rows, fresh()])}>{add}</Button></div>}
    </fieldset>
  );
}
