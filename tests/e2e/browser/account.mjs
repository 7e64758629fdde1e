// Accounts beside the administrator's.
import { Window } from "./browser.mjs";

const kPassword = "nine paper lanterns over copper roofs";

// An account of a role, signed in.
export async function account(world, window, name, role, scope) {
  const oneTime = await window.page.evaluate(async (body) => {
    const answer = await fetch("/api/v1/users", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return (await answer.json()).one_time_password;
  }, { name, role, scope });
  const other = await Window.open(world.browser, world.server);
  await other.go("/");
  await other.page.getByLabel("Name", { exact: true }).fill(name);
  await other.page.getByLabel("Password", { exact: true }).fill(oneTime);
  await other.page.keyboard.press("Enter");
  await other.page.getByLabel("New password", { exact: true }).fill(kPassword);
  await other.page.getByLabel("New password, once more").fill(kPassword);
  await other.page.keyboard.press("Enter");
  await other.page.waitForSelector(".shell");
  return other;
}
