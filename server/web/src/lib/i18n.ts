// Every sentence of the console, from one plain JSON catalogue per language. Values with plural forms are
// objects keyed as Intl.PluralRules names them; "{name}" is filled in as text.
import english from "../locale/en.json";

export type MessageKey = keyof typeof english;
type Plural = { one?: string; other: string };
type Values = Record<string, string | number>;

const catalogue: Record<string, string | Plural> = english;
export const locale = "en-US";
const plurals = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

// `n` chooses the plural form and is shown with the language's grouping.
export function t(key: MessageKey, values: Values = {}): string {
  const entry = catalogue[key] ?? key;
  const text = typeof entry === "string" ? entry : (entry[plurals.select(Number(values["n"] ?? 0)) as "one"] ?? entry.other);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
  });
}

// Where openapi.yaml lists the words, the compiler knows that the catalogue has each of them.
type InCatalogue<Group extends string, Name extends string> = string extends Name ? Name : `${Group}.${Name}` extends MessageKey ? Name : never;

// For a name that comes from the server ("going_to_sleep"): the catalogue's words, or the name itself made
// readable when the server is newer than this page.
export function named<Group extends string, Name extends string>(group: Group, name: InCatalogue<Group, Name> & Name): string {
  const entry = catalogue[`${group}.${name}`];
  return typeof entry === "string" ? entry : name.replaceAll("_", " ");
}
