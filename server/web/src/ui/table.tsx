// A plain table for lists of moderate length. On a small screen each row becomes a block with its labels; the
// roles are spelled out because browsers drop a table's meaning when its display changes.
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => ComponentChildren;
  kind?: "num" | "actions" | "head";
}

interface TableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  // On a small screen without the labels, where the values speak for themselves.
  bare?: boolean;
}

export function Table<Row>({ label, columns, rows, rowKey, bare }: TableProps<Row>) {
  return (
    <table class={bare ? "table stacks bare" : "table stacks"} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.key} role="columnheader" scope="col" class={column.kind}>
              {column.kind === "actions" ? <span class="hidden-text">{column.label}</span> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => <tr role="row" key={rowKey(row)}>{columns.map((column) => <Cell key={column.key} column={column} row={row} />)}</tr>)}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  if (column.kind === "head") return <th role="rowheader" scope="row" data-label={column.label}>{column.cell(row)}</th>;
  const label = column.kind === "actions" ? {} : { "data-label": column.label };
  return <td role="cell" class={column.kind} {...label}>{column.cell(row)}</td>;
}

// Name and value pairs; a value that is not known is left out rather than shown as a dash.
export function Facts({ facts }: { facts: [string, ComponentChildren][] }) {
  const known = facts.filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  return <dl class="facts">{known.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
