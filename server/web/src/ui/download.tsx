// A list as a file, whole: the server sends what the list shows, with the filters that it has now.
import { t } from "../lib/i18n";
import { Icon } from "./icons";

interface DownloadProps { list: string; query?: Record<string, string> }

export function Download({ list, query = {} }: DownloadProps) {
  const chosen = Object.entries(query).filter(([, value]) => value !== "");
  const asked = new URLSearchParams([["format", "csv"], ...chosen]);
  return <a class="button small" href={`/api/v1/exports/${list}?${asked}`} download={`${list}.csv`}><Icon name="import" />{t("download.action")}</a>;
}
